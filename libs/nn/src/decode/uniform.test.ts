import { describe, expect, test } from 'vitest';
import { threefry2x32, uniform } from './uniform.ts';

const words = (pair: [number, number]): string[] => pair.map((word) => (word >>> 0).toString(16).padStart(8, '0'));

describe('threefry2x32', () => {
  // Known answers of the Random123 distribution (kat_vectors, threefry2x32 20).
  test('gives the published answers', () => {
    expect(words(threefry2x32(0, 0, 0, 0))).toEqual(['6b200159', '99ba4efe']);
    expect(words(threefry2x32(-1, -1, -1, -1))).toEqual(['1cb996fc', 'bb002be7']);
    expect(words(threefry2x32(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3))).toEqual(['c4923a9c', '483df7a0']);
  });
});

describe('uniform', () => {
  test('is the same for the same seed and index, and another for others', () => {
    expect(uniform(7n, 3)).toBe(uniform(7n, 3));
    expect(new Set([uniform(7n, 3), uniform(7n, 4), uniform(8n, 3), uniform(7n + (1n << 40n), 3)]).size).toBe(4);
    expect(uniform(-1n, 0)).toBe(uniform((1n << 64n) - 1n, 0));
  });

  test('fills [0, 1) evenly, over indices and over seeds', () => {
    for (const draw of [(i: number) => uniform(1n, i), (i: number) => uniform(BigInt(i), 0)]) {
      const counts = new Array<number>(16).fill(0);
      for (let i = 0; i < 16_000; i++) {
        const u = draw(i);
        expect(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 23)).toBe(true);
        counts[Math.floor(u * 16)]!++;
      }
      const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(37.7); // 99.9 % of chi-square with 15 degrees of freedom
    }
  });
});
