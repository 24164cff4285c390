import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NoIsolationError } from '../errors.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { Slot } from '../slot.ts';
import type { SupervisorHost } from '../supervisor-host.ts';
import { Supervisor, type BoundedProgram } from '../supervisor.ts';

const SCRIPT = fileURLToPath(new URL('scripted_supervisor.py', import.meta.url));

/** Slots whose supervisors are real processes that do what a program's solution says, and whose starts the test decides on. */
export interface ScriptedSlots {
  readonly slots: readonly Slot[];
  /** Starts asked for since the slots were made. */
  readonly starts: number;
  /** What becomes of starts from now on: they go on at once, wait for another word, or fail. */
  starting: 'go' | 'wait' | 'fail';
}

/** For tests. The caller closes the slots, itself or by what owns them. */
export async function scriptedSlots(
  count: number,
  { recycleAfter = Infinity }: { readonly recycleAfter?: number } = {},
): Promise<ScriptedSlots> {
  let starts = 0;
  let starting: ScriptedSlots['starting'] = 'go';
  const host: SupervisorHost = {
    runtime: 'unsafe-process',
    async launch() {
      starts += 1;
      while (starting === 'wait') await sleep(2);
      if (starting === 'fail') throw new NoIsolationError('the test says so');
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
  const options = { host, roundSeconds: 0, recycleAfter, recycleAfterMs: Infinity };
  const supervisors = await Promise.all(Array.from({ length: count }, () => Supervisor.start(host)));
  const slots = supervisors.map(({ supervisor }) => new Slot(options, supervisor));
  starts = 0;
  return {
    slots,
    get starts() {
      return starts;
    },
    get starting() {
      return starting;
    },
    set starting(word) {
      starting = word;
    },
  };
}

/** A program for such a slot. @param solution as scripted_supervisor.py says */
export function scriptedProgram(solution: string): BoundedProgram {
  return { programId: solution, prompt: '', solution, testSetupCode: '', tests: [], limits: DEFAULT_LIMITS };
}
