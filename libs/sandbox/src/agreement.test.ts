import { describeWithData } from '@leti/testing';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { compareVerdicts } from '../bench/agreement/compare-verdicts.ts';
import { judgeAll } from '../bench/agreement/judge-all.ts';
import { readMutants } from '../bench/agreement/mutants.ts';
import { runPlainly } from '../bench/agreement/plain-execution.ts';
import { DEFAULT_LIMITS } from './index.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const LIMITS = { ...DEFAULT_LIMITS, cpuTimeMs: 1_000, wallTimeMs: 120_000 };
const EVERY = 7;

describeWithData('the judge and plain execution', 'mbpp/mbpp.jsonl', (file) => {
  describeWithData('on mutants', 'humaneval/HumanEval.jsonl.gz', () => {
    test('agree in outcome, exception type and text', { timeout: 240_000 }, async ({ skip }) => {
      const runner = await startRunnerOrSkip('agreement with plain execution', { keptVerdicts: 0 });
      if (runner === undefined) return skip();
      const data = dirname(dirname(file));
      const mutants = (await readMutants(data, { seed: 3, perProgram: 1 })).filter((_, i) => i % EVERY === 0);
      const judge = await judgeAll(runner, mutants, LIMITS);
      await runner.close();
      const plain = await runPlainly(
        mutants.map(({ program }) => program),
        { limits: LIMITS },
      );
      const { verdicts, feedbacks } = compareVerdicts(mutants, plain, judge, LIMITS.cpuTimeMs);
      expect(mutants.length).toBeGreaterThan(150);
      expect(verdicts).toEqual([]);
      // Where the tests have frames of their own, as HumanEval's have, the candidate's depth starts without them.
      expect(feedbacks.filter(({ plain: { feedback } }) => !feedback.includes('RecursionError'))).toEqual([]);
    });
  });
});
