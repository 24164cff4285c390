import type { ProgramRunner } from '@leti/sandbox';
import { startRunnerOrSkip } from '@leti/sandbox/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { readJudgedPrograms } from './read-judged-programs.ts';

const RUNTIMES = ['sandlock', 'gvisor'] as const;

for (const runtime of RUNTIMES) {
  const runner = await startRunnerOrSkip(`test/programs/judges under ${runtime}`, { runtime });
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
