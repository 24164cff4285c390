import type { ProgramRunner } from '@leti/sandbox';
import { allProcesses, commandLine, descendants, startRunnerOrSkip } from '@leti/sandbox/testing';
import type { Outcome, Program } from '@leti/leti';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { leftFiles, leftForks, leftKernelObjects } from './leftovers.ts';
import { readFeedbackCases, readPairs, readPrograms } from './read-programs.ts';

const SLOTS = 2;
const PROCESSES_PER_SANDBOX = 3;
/** CPU limits that a hostile program may cost at most: its own time in both processes, on a machine that is slow just then. */
const MOST_LIMITS = 10;
/** The version whose words the golden texts in the published form are. */
const GOLDEN_PYTHON = '3.11.';
/** What marks the processes of a slot, in the command line of its supervisor and its forks. */
const TOKEN = /"token": ?"([^"]+)"/;
/** Those seen so far: of slots that have been replaced too. */
const tokens = new Set<string>();
const RUNTIMES = ['sandlock', 'gvisor'] as const;

for (const runtime of RUNTIMES) {
  const runner = await startRunnerOrSkip(`test/programs under ${runtime}`, { runtime, slots: SLOTS });
  afterAll(() => runner?.close());
  // Again and again, for slots are replaced.
  afterEach(() => noteTokens(descendants(process.pid).map(commandLine)));

  describe.skipIf(runner === undefined)(`programs in ${runtime}`, () => {
    const evaluate: ProgramRunner['evaluate'] = (program) => runner!.evaluate(program);
    const python = runner?.info.pythonVersion ?? GOLDEN_PYTHON;

    describe('an honest but odd program passes', () => {
      test.for(readPrograms('controls'))('$name', { concurrent: true }, async ({ program }) => {
        const { outcome, feedback } = await evaluate(program);
        expect({ outcome, feedback }).toEqual({ outcome: 'passed', feedback: '' });
      });
    });

    describe('feedback is the text of the published code', () => {
      const comparable = python.startsWith(GOLDEN_PYTHON);
      if (runner !== undefined && !comparable)
        process.stderr.write(
          `SKIPPED feedback in the published form: made by Python ${GOLDEN_PYTHON}x, this is ${python}\n`,
        );
      test.skipIf(!comparable).for(readFeedbackCases('feedback'))('$name', { concurrent: true }, async (one) => {
        expect((await evaluate(one.program)).feedback).toBe(one.feedback);
      });
    });

    describe('canonical feedback is the same on every version of Python', () => {
      const [, minor = 0] = python.split('.').map(Number);
      const cases = readFeedbackCases('canonical').filter(({ since }) => minor >= since[1]);
      test.for(cases)('$name', { concurrent: true }, async ({ program, feedback }) => {
        expect((await evaluate(program)).feedback).toBe(feedback);
      });
    });

    describe('a hostile program does not pass', () => {
      test.for(readPrograms('hostile'))('$name', { concurrent: true }, async ({ program, expected }) => {
        const { outcome, cpuTimeMs } = await evaluate(program);
        expect(expected).toContain(outcome);
        // A watchdog's bound: a program whose limits do not hold costs many times them.
        expect(cpuTimeMs).toBeLessThan(MOST_LIMITS * (program.limits.cpuTimeMs ?? 0));
      });
    });

    describe('what a program leaves, the next one does not find', () => {
      test.for(readPairs())('$name', async ({ leaves, finds }) => {
        // On every slot, and as programs of their own: those alike are run once.
        const everywhere = async (program: Program): Promise<Outcome[]> => {
          const copies = Array.from({ length: SLOTS }, (_, i) => ({
            ...program,
            limits: { ...program.limits, outputBytes: 2 ** 20 - i },
          }));
          return (await Promise.all(copies.map((copy) => evaluate(copy)))).map(({ outcome }) => outcome);
        };
        expect(await everywhere(leaves)).not.toContain('passed');
        expect(await everywhere(finds)).not.toContain('passed');
      });
    });

    test('nothing of the programs is left, and the next one passes', async () => {
      const solution = 'def add(a, b):\n    return a + b\n';
      const program = { programId: 'next', prompt: '', solution, testSetupCode: '', tests: [], limits: {} };
      for (const [a, b] of Array.from({ length: 2 * SLOTS }, (_, i) => [i, i + 1] as const)) {
        const { outcome } = await evaluate({ ...program, tests: [`assert add(${a}, ${b}) == ${a + b}`] });
        expect(outcome).toBe('passed');
      }
      // A sandbox that saw a violation may be on its way out, and a fresh one on its way in.
      await expect.poll(() => leftProcesses(runtime, evaluate), { timeout: 10_000 }).toEqual([]);
      expect(leftFiles()).toEqual([]);
      expect(leftKernelObjects()).toEqual([]);
    });
  });
}

function noteTokens(commands: readonly string[]): void {
  for (const command of commands) {
    const token = TOKEN.exec(command)?.[1];
    if (token !== undefined) tokens.add(token);
  }
}

/** Processes of earlier programs: in gVisor as a program sees them there, otherwise as this machine does. */
async function leftProcesses(runtime: string, evaluate: ProgramRunner['evaluate']): Promise<string[]> {
  if (runtime !== 'gvisor') {
    const below = descendants(process.pid);
    const commands = below.map(commandLine);
    noteTokens(commands);
    // An orphan that got away to init is not below this process, but still carries its slot's mark.
    const others = allProcesses().filter((pid) => pid !== process.pid && !below.includes(pid));
    const escaped = others.map(commandLine).filter((command) => [...tokens].some((token) => command.includes(token)));
    const own = commands.filter((command) => command.includes('run_') && !command.includes('runsc'));
    // One sandbox more than slots stands ready.
    const expected = own.slice(0, (SLOTS + 1) * PROCESSES_PER_SANDBOX);
    // That one may not be there, and is not to hide as many forks of programs.
    const sleepers = commands.filter((command) => command.includes('sleep'));
    return [...escaped, ...own.slice(expected.length), ...leftForks(), ...sleepers];
  }
  const solution = `import os
def processes():
    found = 0
    for pid in range(1, os.getpid() + 64):
        try:
            os.kill(pid, 0)
            found += 1
        except PermissionError:
            found += 1
        except ProcessLookupError:
            pass
    return found
`;
  const program = { programId: 'left', prompt: '', solution, testSetupCode: '', limits: {} };
  // Beside its own process and its judge's.
  const tests = [`assert processes() == ${PROCESSES_PER_SANDBOX + 2}, processes()`];
  const seen = await Promise.all(
    Array.from({ length: SLOTS }, (_, i) => evaluate({ ...program, tests: [...tests, `${i}`] })),
  );
  return seen.filter(({ outcome }) => outcome !== 'passed').map(({ feedback }) => feedback);
}
