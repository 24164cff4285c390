import { createProgramRunner, NoIsolationError, type ProgramRunner } from '@leti/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { readJudgedPrograms } from './read-judged-programs.ts';

const runner = await startRunner();
afterAll(() => runner?.close());

async function startRunner(): Promise<ProgramRunner | undefined> {
  try {
    return await createProgramRunner({ runtime: 'auto', slots: 2 });
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    process.stderr.write(`SKIPPED test/programs/judges: ${error.message}\n`);
    return undefined;
  }
}

describe.skipIf(runner === undefined)('programs judged other than by tests', () => {
  const evaluate: ProgramRunner['evaluate'] = (program) => runner!.evaluate(program);

  describe('an honest one passes', () => {
    test.for(readJudgedPrograms('controls'))('$name', async ({ program }) => {
      const { outcome, feedback } = await evaluate(program);
      expect({ outcome, feedback }).toEqual({ outcome: 'passed', feedback: '' });
    });
  });

  describe('a hostile one does not pass', () => {
    test.for(readJudgedPrograms('hostile'))('$name', { concurrent: true }, async ({ program, expected }) => {
      const { outcome, feedback } = await evaluate(program);
      expect(expected, feedback).toContain(outcome);
    });
  });
});
