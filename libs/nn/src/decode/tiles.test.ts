import { describe, expect, test } from 'vitest';
import type { SampleGroup } from './sample-group.ts';
import { Tiles } from './tiles.ts';

const group = (): SampleGroup => ({
  groupId: '',
  promptIds: Int32Array.of(1),
  samples: [],
  temperature: 1,
  topP: 1,
  maxNewTokens: 1,
  eosTokenIds: [],
});
const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => start + i);

describe('Tiles', () => {
  test('seat rows of one group together, in as few tiles as it takes', () => {
    const tiles = new Tiles(4);
    const a = group();
    expect(tiles.take(a, range(0, 10))).toEqual({ count: 10, fill: [0, 1], source: undefined });
    expect(tiles.take(group(), [10])).toEqual({ count: 1, fill: [2], source: undefined });
    expect(tiles.take(a, range(11, 18))).toEqual({ count: 7, fill: [3], source: 0 });
    expect([...tiles.seats(19)]).toEqual([...range(0, 10), 16, ...range(10, 16), 24, -1]);
  });

  test('take in what they have seats for', () => {
    const tiles = new Tiles(1);
    expect(tiles.take(group(), range(0, 9))).toEqual({ count: 8, fill: [0], source: undefined });
    expect(tiles.take(group(), [9])).toEqual({ count: 0, fill: [], source: undefined });
  });

  test('move rows together when one leaves, and free the tiles that nobody sits in', () => {
    const tiles = new Tiles(2);
    const [a, b] = [group(), group()];
    tiles.take(a, range(0, 9));
    tiles.leave(a, 3);
    expect([...tiles.seats(9)]).toEqual([0, 1, 2, -1, 4, 5, 6, 7, 3]);
    expect(tiles.take(b, [3])).toEqual({ count: 1, fill: [1], source: undefined });
  });

  test('keep the prompt of a group whose rows have all left, until another group needs the tile', () => {
    const tiles = new Tiles(1);
    const [a, b] = [group(), group()];
    tiles.take(a, [0]);
    tiles.leave(a, 0);
    expect(tiles.take(a, [1])).toEqual({ count: 1, fill: [], source: 0 });
    tiles.leave(a, 1);
    expect(tiles.take(b, [0])).toEqual({ count: 1, fill: [0], source: undefined });
    expect(tiles.take(a, [1])).toEqual({ count: 0, fill: [], source: undefined });
  });
});
