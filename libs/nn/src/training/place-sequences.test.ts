import { describe, expect, test } from 'vitest';
import { ownRows, packRows } from './place-sequences.ts';

describe('ownRows', () => {
  test('gives each sequence its own row, an empty one too', () => {
    expect(ownRows([3, 0])).toEqual({
      rows: 2,
      placements: [
        { row: 0, start: 0 },
        { row: 1, start: 0 },
      ],
    });
  });
});

describe('packRows', () => {
  test('puts the longest first, each in the first row that has room', () => {
    const { rows, placements } = packRows([3, 7, 5, 2], 10);
    expect(rows).toBe(2);
    expect(placements).toEqual([
      { row: 0, start: 7 }, // 3 beside 7
      { row: 0, start: 0 },
      { row: 1, start: 0 },
      { row: 1, start: 5 },
    ]);
  });

  test('lets no two sequences overlap, and none leave its row', () => {
    const lengths = Array.from({ length: 200 }, (_, i) => (i * i * 7) % 97);
    const { rows, placements } = packRows(lengths, 100);
    const taken = new Set<number>();
    for (const [i, { row, start }] of placements.entries()) {
      expect(start + lengths[i]!).toBeLessThanOrEqual(100);
      for (let t = 0; t < lengths[i]!; t++) taken.add(row * 100 + start + t);
    }
    const total = lengths.reduce((sum, length) => sum + length, 0);
    expect(taken.size).toBe(total);
    expect(rows).toBeLessThanOrEqual(Math.ceil((11 / 9) * (total / 100)) + 1);
  });

  test('keeps the order of equal lengths', () => {
    expect(packRows([5, 5, 5], 10).placements.map(({ row, start }) => [row, start])).toEqual([
      [0, 0],
      [0, 5],
      [1, 0],
    ]);
  });
});
