import { createProgramRunner, NoIsolationError, type ProgramRunner } from '@leti/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { readJudgedPrograms } from './read-judged-programs.ts';

const RUNTIMES = ['sandlock', 'gvisor'] as const;

/** The runner, or undefined, with a word on the terminal, where the machine cannot run it. */
async function startRunner(runtime: (typeof RUNTIMES)[number]): Promise<ProgramRunner | undefined> {
  try {
    return await createProgramRunner({ runtime, slots: 2 });
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    process.stderr.write(`SKIPPED test/programs/judges under ${runtime}: ${error.message}\n`);
    return undefined;
  }
}

for (const runtime of RUNTIMES) {
  const runner = await startRunner(runtime);
  afterAll(() => runner?.close());

  describe.skipIf(runner === undefined)(`programs judged other than by tests, in ${runtime}`, () => {
    const evaluate: ProgramRunner['evaluate'] = (program) => runner!.evaluate(program);

    describe('an honest one passes', () => {
      test.for(readJudgedPrograms('controls'))('$name', { concurrent: true }, async ({ program }) => {
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
}
