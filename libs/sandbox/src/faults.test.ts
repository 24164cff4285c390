import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Evaluation, Program } from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { SandboxLostError, type ProgramRunner } from './index.ts';
import { mixedPrograms } from './testing/mixed-programs.ts';
import { processesOf, type Part } from './testing/sandbox-processes.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const PROGRAMS = 60;
/** Calls of a client that asks again for what was not judged. */
const TRIES = 5;
const TIMEOUT_MS = 120_000;

const FAULTS: readonly {
  readonly name: string;
  readonly part: Part;
  readonly strike: (pid: number) => void;
  readonly times: number;
}[] = [
  { name: 'supervisors are killed', part: 'supervisor', strike: kill, times: 5 },
  { name: 'fork servers of candidates are killed', part: 'candidate server', strike: kill, times: 5 },
  { name: 'fork servers of judges are killed', part: 'judge server', strike: kill, times: 5 },
  { name: 'judges are killed', part: 'judge', strike: kill, times: 8 },
  // More than once might be twice the same program's, which then looks as if it had killed itself.
  { name: 'a candidate is killed', part: 'candidate', strike: kill, times: 1 },
  { name: 'a supervisor is stopped', part: 'supervisor', strike: stop, times: 1 },
  { name: 'a fork server is stopped', part: 'candidate server', strike: stop, times: 1 },
  { name: 'garbage comes out of supervisors', part: 'supervisor', strike: writeGarbage, times: 3 },
  { name: 'runsc is killed', part: 'runsc', strike: kill, times: 3 },
  { name: 'the kernel of a sandbox is killed', part: 'sentry', strike: kill, times: 3 },
];
const ONLY_IN_GVISOR: readonly Part[] = ['runsc', 'sentry'];

for (const runtime of ['sandlock', 'gvisor'] as const) {
  const runner = await startRunnerOrSkip(`faults under ${runtime}`, { runtime, keptVerdicts: 0 });
  const programs = mixedPrograms(PROGRAMS);
  afterAll(() => runner?.close());

  describe.skipIf(runner === undefined)(`in ${runtime}`, () => {
    // Processes inside gVisor are none of this machine's.
    const faults = FAULTS.filter(({ part }) => ONLY_IN_GVISOR.includes(part) === (runtime === 'gvisor'));

    test.for(faults)('every program gets its one verdict while $name', { timeout: TIMEOUT_MS }, async (fault) => {
      const done = new AbortController();
      const striking = strikeAgain(fault, done.signal);
      const verdicts = await Promise.all(programs.map(({ program }) => evaluateAsClient(runner!, program)));
      done.abort();
      expect(await striking).toBeGreaterThan(0);
      expect(verdicts.map(essence)).toEqual(programs.map(({ program, outcome }) => `${program.programId} ${outcome}`));
    });
  });
}

const essence = ({ programId, outcome }: Evaluation): string => `${programId} ${outcome}`;

async function evaluateAsClient(runner: ProgramRunner, program: Program): Promise<Evaluation> {
  for (let tries = 1; ; tries++) {
    try {
      return await runner.evaluate(program);
    } catch (error) {
      if (!(error instanceof SandboxLostError) || tries >= TRIES) throw error;
    }
  }
}

/** Strikes a process of the given kind now and again. @returns how many it struck */
async function strikeAgain({ part, strike, times }: (typeof FAULTS)[number], signal: AbortSignal): Promise<number> {
  let struck = 0;
  while (struck < times && !signal.aborted) {
    // A prime number of milliseconds, to meet programs at all their stages.
    await sleep(97 + 40 * struck);
    const found = processesOf(part);
    const victim = found[struck % Math.max(1, found.length)];
    if (victim === undefined) continue;
    try {
      strike(victim);
      struck += 1;
    } catch {
      // It has just ended by itself.
    }
  }
  return struck;
}

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}

function stop(pid: number): void {
  process.kill(pid, 'SIGSTOP');
}

/** Writes into a supervisor's own end of its connection, which is a socket and so cannot be opened by a path. */
function writeGarbage(pid: number): void {
  const script = `
import ctypes, os, sys
descriptor = ctypes.CDLL(None).syscall(438, os.pidfd_open(int(sys.argv[1])), 1, 0)
os.write(descriptor, b'\\x10\\0\\0\\0{"id": 1, "evalu\\xff\\xff\\xff\\xff')
`;
  execFileSync('python3', ['-c', script, String(pid)], { stdio: 'ignore' });
}
