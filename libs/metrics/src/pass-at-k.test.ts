import { describe, expect, test } from 'vitest';
import { passAtK } from './pass-at-k.ts';

/** The share of all k-subsets of n samples that hold one of the first c. */
function byCounting(n: number, c: number, k: number): number {
  let all = 0;
  let hits = 0;
  for (let subset = 0; subset < 2 ** n; subset++) {
    const members = Array.from({ length: n }, (_, i) => i).filter((i) => (subset >> i) & 1);
    if (members.length !== k) continue;
    all++;
    if (members.some((i) => i < c)) hits++;
  }
  return hits / all;
}

describe('passAtK', () => {
  test('is the share of subsets with a correct sample, for all n up to 8', () => {
    for (let n = 1; n <= 8; n++) {
      for (let c = 0; c <= n; c++) {
        for (let k = 1; k <= n; k++) expect(passAtK(n, c, k)).toBeCloseTo(byCounting(n, c, k), 12);
      }
    }
  });

  test('is c / n at k = 1', () => {
    expect(passAtK(16, 4, 1)).toBeCloseTo(0.25, 12);
  });

  test('is exactly 0 without and 1 with only correct samples', () => {
    expect(passAtK(1000, 0, 100)).toBe(0);
    expect(passAtK(1000, 1000, 100)).toBe(1);
  });

  test('stays finite where binomials overflow', () => {
    expect(passAtK(10_000, 1, 5_000)).toBeCloseTo(0.5, 9);
  });

  test.each([
    [0, 0, 1],
    [5, 6, 1],
    [5, -1, 1],
    [5, 1, 0],
    [5, 1, 6],
    [5, 1.5, 1],
    [Number.NaN, 1, 1],
  ])('refuses n=%d, c=%d, k=%d', (n, c, k) => {
    expect(() => passAtK(n, c, k)).toThrow(RangeError);
  });
});
