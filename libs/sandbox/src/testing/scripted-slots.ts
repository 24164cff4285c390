import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NoIsolationError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { Slot } from '../slot.ts';
import type { SupervisorHost } from '../supervisor-host.ts';
import { Supervisor, type BoundedProgram } from '../supervisor.ts';

const SCRIPT = fileURLToPath(new URL('scripted_supervisor.py', import.meta.url));

/** Makes supervisors that are real processes and do what a program's solution says; the test decides on their starts. */
export interface ScriptedHost extends SupervisorHost {
  /** Starts asked for so far. */
  readonly starts: number;
  /** What becomes of starts from now on: they go on at once, wait for another word, or fail. */
  starting: 'go' | 'wait' | 'fail';
}

/** Slots of scripted supervisors. */
export interface ScriptedSlots extends Pick<ScriptedHost, 'starting'> {
  readonly slots: readonly Slot[];
  /** Starts asked for since the slots were made. */
  readonly starts: number;
}

/** For tests. */
export function scriptedHost(): ScriptedHost {
  const host = {
    runtime: 'unsafe-process' as const,
    starts: 0,
    starting: 'go' as ScriptedHost['starting'],
    async launch() {
      host.starts += 1;
      while (host.starting === 'wait') await sleep(2);
      if (host.starting === 'fail') throw new NoIsolationError('the test says so');
      const token = randomUUID();
      return {
        command: 'python3',
        args: ['-I', '-S', SCRIPT, token],
        env: { PATH: process.env['PATH'] },
        token,
        dispose: () => Promise.resolve(),
      };
    },
    close: () => Promise.resolve(),
  };
  return host;
}

/** For tests. The caller closes the slots, itself or by what owns them. */
export async function scriptedSlots(
  count: number,
  { recycleAfter = Infinity }: { readonly recycleAfter?: number } = {},
): Promise<ScriptedSlots> {
  const host = scriptedHost();
  // None in reserve: a start more would be one that the test has not asked for.
  const reserve = { take: async () => (await Supervisor.start(host)).supervisor };
  const options = { reserve, roundSeconds: 0, recycleAfter, recycleAfterMs: Infinity };
  const supervisors = await Promise.all(Array.from({ length: count }, () => Supervisor.start(host)));
  const slots = supervisors.map(({ supervisor }) => new Slot(options, supervisor));
  const own = host.starts;
  return {
    slots,
    get starts() {
      return host.starts - own;
    },
    get starting() {
      return host.starting;
    },
    set starting(word) {
      host.starting = word;
    },
  };
}

/** A program for such a slot. @param solution as scripted_supervisor.py says */
export function scriptedProgram(solution: string): BoundedProgram {
  return { programId: solution, prompt: '', solution, testSetupCode: '', tests: [], limits: DEFAULT_LIMITS };
}
