import { describe, expect, test } from 'vitest';
import { deriveSeed, iterationSeed, permutation, randomWord, sampleSeed, scheduledSeed } from './seeds.ts';

describe('deriveSeed', () => {
  test('is a fixed function of its arguments', () => {
    // Frozen: recorded runs can be repeated only while these hold.
    expect(deriveSeed(0n)).toBe(0xe220a8397b1dcdafn); // first output of SplitMix64 seeded with 0
    expect(deriveSeed(1n, 'a', 2)).toBe(deriveSeed(1n, 'a', 2));
  });
  test('tells labels, their order and their kind apart', () => {
    const seeds = [
      deriveSeed(1n, 'a', 'b'),
      deriveSeed(1n, 'b', 'a'),
      deriveSeed(1n, 'ab'),
      deriveSeed(1n, '1'),
      deriveSeed(1n, 1),
      deriveSeed(2n, 1),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });
  test('stays within 64 bits', () => {
    expect(deriveSeed((1n << 64n) - 1n, 'x')).toBeLessThan(1n << 64n);
    expect(deriveSeed(1n << 64n, 'x')).toBe(deriveSeed(0n, 'x'));
  });
});

test('no two samples of a run share a seed', () => {
  const seeds = new Set<bigint>();
  for (let iteration = 1; iteration <= 3; iteration++)
    for (let problem = 0; problem < 20; problem++)
      for (let index = 0; index < 50; index++)
        seeds.add(sampleSeed(iterationSeed(7n, iteration), `micro/${problem}`, index));
  expect(seeds.size).toBe(3 * 20 * 50);
});

test('random words are spread evenly over their top bits', () => {
  const counts = Array.from({ length: 16 }, () => 0);
  for (let i = 0; i < 16_000; i++) counts[Number(randomWord(5n, i) >> 60n)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
});

describe('permutation', () => {
  test('holds every index once and depends on the seed', () => {
    const order = permutation(3n, 100);
    expect([...order].toSorted((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect(order).toEqual(permutation(3n, 100));
    expect(order).not.toEqual(permutation(4n, 100));
  });
  test('puts each item everywhere equally often', () => {
    const firsts = [0, 0, 0, 0];
    for (let seed = 0n; seed < 4000n; seed++) firsts[permutation(deriveSeed(seed), 4)[0]!]!++;
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
  test('refuses a length that is no count', () => {
    expect(() => permutation(1n, -1)).toThrow('length must be an integer >= 0, got -1');
  });
});

test('a constant schedule gives every iteration the noise of the first', () => {
  const seedsOf = (seedSchedule: 'constant' | 'per_iteration') =>
    [1, 2, 3].map((iteration) => scheduledSeed({ seed: 7n, seedSchedule }, iteration));
  const own = [1, 2, 3].map((iteration) => iterationSeed(7n, iteration));
  expect(seedsOf('per_iteration')).toEqual(own);
  expect(seedsOf('constant')).toEqual([own[0], own[0], own[0]]);
});
