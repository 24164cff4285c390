import { describe, expect, test } from 'vitest';
import { bootstrapMean } from './bootstrap.ts';
import { meanPassAtK, pairedDifference, type ProblemCounts } from './mean-pass-at-k.ts';
import { uniformIntegers } from './uniform-integers.ts';

const problems: ProblemCounts[] = Array.from({ length: 100 }, (_, i) => ({ n: 4, c: i % 5 }));

describe('uniformIntegers', () => {
  test('gives the same integers for the same seed, others for another', () => {
    const take = (seed: number | bigint): number[] => Array.from({ length: 20 }, uniformIntegers(seed, 1000));
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(take(7n)).toEqual(take(7));
    expect(take(7n + 2n ** 63n)).not.toEqual(take(7));
    expect(take(7 + 2 ** 40)).not.toEqual(take(7));
  });

  test('draws every integer about equally often', () => {
    const counts = new Array<number>(10).fill(0);
    const next = uniformIntegers(1, 10);
    for (let i = 0; i < 100_000; i++) {
      const at = next();
      counts[at] = (counts[at] ?? 0) + 1;
    }
    // Chi-squared with 9 degrees of freedom exceeds 27.9 once in a thousand; the seed is fixed.
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.9);
  });
});

describe('bootstrapMean', () => {
  test('covers the true mean of normal-like data about 95 times in 100', () => {
    const next = uniformIntegers(3, 1_000_000);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 60 }, () => (next() + next() + next()) / 3_000_000);
      const { low, high } = bootstrapMean(values, { seed: trial, resamples: 1_000 });
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(200);
  });

  test('has the width that the central limit theorem gives', () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 2); // standard error 0.5 / 20
    const { low, high } = bootstrapMean(values, { seed: 1 });
    expect(high - low).toBeCloseTo(2 * 1.96 * 0.025, 2);
  });

  test('is a point for one value', () => {
    expect(bootstrapMean([0.3])).toEqual({ estimate: 0.3, low: 0.3, high: 0.3 });
  });

  test.each([
    [[], {}],
    [[1, Number.NaN], {}],
    [[1], { resamples: 0 }],
    [[1], { confidence: 1 }],
    [[1], { seed: 0.5 }],
  ])('refuses %j with %j', (values, options) => {
    expect(() => bootstrapMean(values, options)).toThrow(RangeError);
  });
});

describe('meanPassAtK', () => {
  test('averages pass@k over problems', () => {
    expect(meanPassAtK(problems, 1).estimate).toBeCloseTo(0.5, 12);
    expect(meanPassAtK(problems, 4).estimate).toBeCloseTo(0.8, 12);
  });

  test('gives the same interval for the same seed', () => {
    expect(meanPassAtK(problems, 1, { seed: 5 })).toEqual(meanPassAtK(problems, 1, { seed: 5 }));
  });

  test('narrows with more problems', () => {
    const width = (counts: readonly ProblemCounts[]): number => {
      const { low, high } = meanPassAtK(counts, 1);
      return high - low;
    };
    expect(width([...problems, ...problems, ...problems, ...problems])).toBeCloseTo(width(problems) / 2, 1);
  });
});

describe('pairedDifference', () => {
  test('is narrower than the difference of unrelated runs', () => {
    const pairs = problems.map((base) => ({ base, other: { n: 4, c: Math.min(4, base.c + 1) } }));
    const { estimate, low, high } = pairedDifference(pairs, 1);
    expect(estimate).toBeCloseTo(0.2, 12);
    const unpaired = meanPassAtK(problems, 1);
    expect(high - low).toBeLessThan((unpaired.high - unpaired.low) / 2);
  });

  test('is exactly 0 for a run against itself', () => {
    expect(
      pairedDifference(
        problems.map((base) => ({ base, other: base })),
        1,
      ),
    ).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  test('takes different numbers of samples', () => {
    expect(pairedDifference([{ base: { n: 2, c: 1 }, other: { n: 10, c: 10 } }], 1).estimate).toBeCloseTo(0.5, 12);
  });
});
