import { createProgramRunner, NoIsolationError, type ProgramRunner } from '@leti/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { descendants } from './descendants.ts';
import { readFeedbackCases, readPrograms } from './read-programs.ts';

const SLOTS = 2;
const PROCESSES_PER_SLOT = 3;

const runner = await startRunner();
afterAll(() => runner?.close());

async function startRunner(): Promise<ProgramRunner | undefined> {
  try {
    return await createProgramRunner({ runtime: 'auto', slots: SLOTS });
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    process.stderr.write(`SKIPPED test/programs: ${error.message}\n`);
    return undefined;
  }
}

describe.skipIf(runner === undefined)('programs in the sandbox', () => {
  const evaluate: ProgramRunner['evaluate'] = (program) => runner!.evaluate(program);

  describe('an honest but odd program passes', () => {
    test.for(readPrograms('controls'))('$name', async ({ program }) => {
      const { outcome, feedback } = await evaluate(program);
      expect({ outcome, feedback }).toEqual({ outcome: 'passed', feedback: '' });
    });
  });

  describe('feedback is the text of the published code', () => {
    test.for(readFeedbackCases())('$name', async ({ program, feedback }) => {
      expect((await evaluate(program)).feedback).toBe(feedback);
    });
  });

  describe('a hostile program does not pass', () => {
    test.for(readPrograms('hostile'))('$name', { concurrent: true }, async ({ program, expected }) => {
      const { outcome } = await evaluate(program);
      expect(expected).toContain(outcome);
    });
  });

  test('nothing of the programs is left, and the next one passes', async () => {
    const solution = 'def add(a, b):\n    return a + b\n';
    const program = { programId: 'next', prompt: '', solution, testSetupCode: '', tests: [], limits: {} };
    for (const [a, b] of Array.from({ length: 2 * SLOTS }, (_, i) => [i, i + 1] as const)) {
      const { outcome } = await evaluate({ ...program, tests: [`assert add(${a}, ${b}) == ${a + b}`] });
      expect(outcome).toBe('passed');
    }
    const below = [...descendants(process.pid).values()].filter((command) => command.includes('run_'));
    expect(below).toHaveLength(SLOTS * PROCESSES_PER_SLOT);
    expect([...descendants(process.pid).values()].filter((command) => command.includes('sleep'))).toEqual([]);
  });
});
