import { describe, expect, test } from 'vitest';
import { batchesOfLikeLength } from './batches-of-like-length.ts';
import { deriveSeed, permutation } from './seeds.ts';

const COUNT = 1000;
const lengths = Array.from({ length: COUNT }, (_, i) => 50 + Number(deriveSeed(1n, i) % 200n));
const order = permutation(2n, COUNT);
const batches = batchesOfLikeLength(order, (index) => lengths[index]!, 32, 3n);

describe('batchesOfLikeLength', () => {
  test('holds every index once, in full batches but for one', () => {
    expect(batches.flatMap((batch) => [...batch]).toSorted((a, b) => a - b)).toEqual([...Array(COUNT).keys()]);
    expect(batches.filter(({ length }) => length !== 32).map(({ length }) => length)).toEqual([COUNT % 32]);
  });
  test('pads far less than batches cut from the order as it is', () => {
    const padding = (cut: readonly ArrayLike<number>[]): number =>
      cut.reduce((sum, batch) => {
        const own = Array.from(batch, (index) => lengths[index]!);
        return sum + own.length * Math.max(...own) - own.reduce((a, b) => a + b, 0);
      }, 0);
    const plain = Array.from({ length: Math.ceil(COUNT / 32) }, (_, i) => order.slice(32 * i, 32 * (i + 1)));
    expect(padding(batches)).toBeLessThan(padding(plain) / 3);
  });
  test('does not go from short to long', () => {
    const first = batches.map((batch) => lengths[batch[0]!]!);
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
  });
  test('keeps the shuffled order of sequences that are equally long', () => {
    const [only] = batchesOfLikeLength(Int32Array.of(3, 1, 2, 0), () => 7, 4, 1n);
    expect(only).toEqual(Int32Array.of(3, 1, 2, 0));
  });
});
