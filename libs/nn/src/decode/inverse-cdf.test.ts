import { describe, expect, test } from 'vitest';
import '../testing/matchers.ts';
import { tf, type Tensor2D } from '../tf.ts';
import { blockSizeOf, inverseCdf } from './inverse-cdf.ts';

function draw(rows: number[][], uniforms: number[], blockSize: number): Int32Array {
  return tf.tidy(() =>
    inverseCdf(tf.tensor2d(rows), tf.tensor2d(uniforms, [uniforms.length, 1]), blockSize).dataSync<'int32'>(),
  );
}

describe('inverseCdf', () => {
  test('gives the first index whose running sum exceeds the share', () => {
    const row = [0, 1, 2, 0, 0, 0, 4, 1, 0, 0, 0, 0];
    const shares: [number, number][] = [[0, 1], [0.124, 1], [0.125, 2], [0.37, 2], [0.375, 6], [0.874, 6], [0.875, 7], [1 - 2 ** -23, 7]]; // prettier-ignore
    const drawn = draw(shares.map(() => row), shares.map(([share]) => share), 4); // prettier-ignore
    expect([...drawn]).toEqual(shares.map(([, index]) => index));
  });

  test('never gives an index of weight 0, even at the ends of blocks and of the range', () => {
    const R = 512;
    const V = 96;
    let state = 1;
    const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const rows = Array.from({ length: R }, () => Array.from({ length: V }, () => (next() < 0.8 ? 0 : Math.exp(-30 * next())))); // prettier-ignore
    for (const [r, row] of rows.entries()) row[r % V] = 1;
    for (const uniform of [0, 2 ** -23, 0.5, 1 - 2 ** -22, 1 - 2 ** -23]) {
      const drawn = draw(rows, rows.map(() => uniform), 16); // prettier-ignore
      for (const [r, index] of drawn.entries()) expect(rows[r]![index]).toBeGreaterThan(0);
    }
  });

  test('leaves one new tensor', () => {
    const weights = tf.ones([2, 64]) as Tensor2D;
    const uniforms = tf.zeros([2, 1]);
    expect(() => inverseCdf(weights, uniforms, blockSizeOf(64))).toAllocate(1);
  });
});
