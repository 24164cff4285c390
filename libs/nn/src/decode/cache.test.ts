import { describe, expect, test } from 'vitest';
import { slotBlocks, slotPlaces } from './cache.ts';

describe('slotBlocks', () => {
  test.each([
    [32, [32]],
    [64, [32, 32]],
    [96, [32, 32, 32]],
    [160, [32, 32, 64, 32]],
    [512, [32, 32, 64, 128, 256]],
  ])('of %d slots double', (slots, sizes) => {
    const blocks = slotBlocks(slots);
    expect(blocks.map(({ size }) => size)).toEqual(sizes);
    let end = 0;
    for (const { start, size } of blocks) {
      expect(start).toBe(end);
      end = start + size;
    }
  });
});

describe('slotPlaces', () => {
  test('gives every slot of every row a place of its own, each block in one run', () => {
    const [slots, rows] = [160, 6];
    const { base, stride } = slotPlaces(slots, rows);
    const places = Array.from({ length: rows }, (_, row) => Array.from(base, (start, slot) => start + row * stride[slot]!)); // prettier-ignore
    expect(places.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: slots * rows }, (_, i) => i));
    for (const { start, size } of slotBlocks(slots)) {
      const inBlock = places.flatMap((row) => row.slice(start, start + size));
      expect(inBlock).toEqual(Array.from({ length: rows * size }, (_, i) => rows * start + i));
    }
  });
});
