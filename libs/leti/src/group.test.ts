import { expect, test } from 'vitest';
import { sampleFigures, summarizeGroup } from './group.ts';
import type { Solution } from './solution.ts';
import { exampleEvaluation } from './testing/example-evaluation.ts';

const group = (problemId: string, samples: number, passed: number) => ({
  problemId,
  samples,
  passed,
  distinctPrograms: 1,
  outcomes: { passed, exception: samples - passed },
  exceptions: { NameError: samples - passed },
});

test('figures are sums, and pass@1 the mean over problems', () => {
  const groups = [group('b', 4, 1), group('a', 4, 4)];
  expect(sampleFigures(groups)).toEqual({
    samples: 8,
    distinctPrograms: 2,
    outcomes: { passed: 5, exception: 3 },
    trainPassAt1: 0.625,
    exceptions: { NameError: 3 },
    executableRate: 0.625,
  });
  expect(sampleFigures(groups.toReversed())).toEqual(sampleFigures(groups));
  expect(sampleFigures([]).trainPassAt1).toBe(0);
});

test('a group counts its outcomes and the classes of its exceptions', () => {
  const problem = { problemId: 'p', prompt: '', testSetupCode: '', tests: ['assert f()'] };
  const solutions = ['a', 'b', 'a'].map((text, sampleIndex) => ({ problemId: 'p', sampleIndex, text }) as Solution);
  const raised = exampleEvaluation({ outcome: 'exception', exceptionType: 'AttributeError' });
  expect(summarizeGroup({ problem, solutions, evaluations: [exampleEvaluation(), raised, raised] })).toMatchObject({
    samples: 3,
    passed: 1,
    distinctPrograms: 2,
    outcomes: { passed: 1, exception: 2 },
    exceptions: { AttributeError: 2 },
  });
});

test('classes beyond the commonest are told as one', () => {
  const exceptions = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`E${i}`, i + 1]));
  const figures = sampleFigures([{ ...group('a', 1, 0), exceptions }]);
  expect(Object.keys(figures.exceptions!)).toHaveLength(33);
  expect(figures.exceptions).toMatchObject({ E39: 40, other: 36 });
});
