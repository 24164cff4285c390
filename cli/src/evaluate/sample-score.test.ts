import type { Evaluation, Outcome } from '@leti/leti';
import { expect, test } from 'vitest';
import { chooseKs, SampleScore } from './sample-score.ts';

const verdict = (outcome: Outcome, cpuTimeMs = 1, executions = 1): Evaluation => ({
  programId: '',
  outcome,
  feedback: '',
  exceptionType: '',
  failedTestIndex: undefined,
  cpuTimeMs,
  wallTimeMs: 1,
  peakMemoryBytes: 1,
  outputBytes: 0,
  exitSignal: 0,
  executions,
});

test('pass@k is the unbiased mean over problems, whatever number of samples each has', () => {
  const score = new SampleScore();
  const outcomes: Record<string, readonly Outcome[]> = {
    a: ['passed', 'exception', 'exception', 'exception'],
    b: ['passed', 'passed'],
    c: ['syntax_error', 'cpu_timeout'],
  };
  for (const [problem, ended] of Object.entries(outcomes))
    for (const outcome of ended) score.add(1, problem, verdict(outcome));
  expect(score).toMatchObject({ passed: 3, total: 8, outcomes: { passed: 3, exception: 3, tampering: 0 } });
  expect(score.passAtK(1).estimate).toBeCloseTo((1 / 4 + 1 + 0) / 3, 12);
  // Of four samples with one pass, two drawn have it in three of six draws.
  expect(score.passAtK(2).estimate).toBeCloseTo((1 / 2 + 1 + 0) / 3, 12);
  expect(() => score.passAtK(3)).toThrow(RangeError);
});

test('names the slowest program and counts verdicts given again', () => {
  const score = new SampleScore();
  score.add(1, 'a', verdict('passed', 5));
  score.add(2, 'b', verdict('passed', 50));
  score.add(3, 'c', verdict('passed', 5, 0));
  expect(score).toMatchObject({ reused: 1, slowest: { line: 2, problem: 'b', cpuTimeMs: 50 } });
});

test.each([
  [[1, 3], undefined, [1]],
  [[10, 12], undefined, [1, 10]],
  [[200, 100], undefined, [1, 10, 100]],
  [[200, 100], [5], [5]],
])('of problems with %j samples and %j asked for, k is %j', (counts, asked, ks) => {
  const byProblem = new Map(counts.map((count, i) => [String(i), count]));
  expect(chooseKs(byProblem, asked)).toEqual(ks);
});
