import { expect, test } from 'vitest';
import { sampleFigures } from './group.ts';

const group = (problemId: string, samples: number, passed: number) => ({
  problemId,
  samples,
  passed,
  distinctPrograms: 1,
  outcomes: { passed, exception: samples - passed },
});

test('figures are sums, and pass@1 the mean over problems', () => {
  const groups = [group('b', 4, 1), group('a', 4, 4)];
  expect(sampleFigures(groups)).toEqual({
    samples: 8,
    distinctPrograms: 2,
    outcomes: { passed: 5, exception: 3 },
    trainPassAt1: 0.625,
  });
  expect(sampleFigures(groups.toReversed())).toEqual(sampleFigures(groups));
  expect(sampleFigures([]).trainPassAt1).toBe(0);
});
