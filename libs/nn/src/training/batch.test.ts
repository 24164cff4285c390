import { describe, expect, test } from 'vitest';
import { goldenModel } from '../testing/golden.ts';
import { batchShape, padBatch } from './batch.ts';

const config = { ...goldenModel().config, maxPositions: 2000 };
const ofLength = (...lengths: number[]) => ({ sequences: lengths.map((length) => new Int32Array(length).fill(3)) });

describe('batchShape', () => {
  test.each([
    [2, 32],
    [33, 32],
    [34, 64],
    [193, 192],
    [257, 256],
    [258, 320],
    [1100, 1280],
    [2000, 2000], // never more than the model has positions
  ])('sequences of %i tokens give %i inputs', (length, tokens) => {
    expect(batchShape(config, ofLength(length), 'padded').tokens).toBe(tokens);
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [5, 6],
    [7, 8],
    [9, 12],
    [13, 16],
    [31, 32],
    [33, 48],
  ])('%i sequences give %i rows', (count, rows) => {
    expect(batchShape(config, ofLength(...new Array<number>(count).fill(4)), 'padded').rows).toBe(rows);
  });
});

describe('padBatch', () => {
  test('shifts targets by one and pads with what does not count', () => {
    const batch = {
      sequences: [Int32Array.of(5, 6, 7), Int32Array.of(8), Int32Array.of(9, 10)],
      lossMasks: [Uint8Array.of(1, 0, 1), Uint8Array.of(1), Uint8Array.of(0, 1)],
    };
    const padded = padBatch(config, batch, 'padded');
    const row = (array: ArrayLike<number>, i: number): number[] => Array.from(array).slice(i * 32, i * 32 + 3);
    expect({ rows: padded.rows, tokens: padded.tokens, kept: padded.kept }).toEqual({ rows: 3, tokens: 32, kept: 2 });
    expect([0, 1, 2].map((i) => row(padded.ids, i))).toEqual([
      [5, 6, 0],
      [0, 0, 0],
      [9, 0, 0],
    ]);
    expect([0, 1, 2].map((i) => row(padded.targets, i))).toEqual([
      [6, 7, 0],
      [0, 0, 0],
      [10, 0, 0],
    ]);
    expect([0, 1, 2].map((i) => row(padded.weights, i))).toEqual([
      [0, 0.5, 0],
      [0, 0, 0],
      [0.5, 0, 0],
    ]);
  });

  test('packs sequences end to end, each with its own positions', () => {
    const batch = { sequences: [Int32Array.of(5, 6, 7), Int32Array.of(8), Int32Array.of(9, 10), new Int32Array(30)] };
    const { rows, tokens, kept, ids, targets, weights, positions, segments } = padBatch(config, batch, 'packed');
    expect({ rows, tokens, kept }).toEqual({ rows: 1, tokens: 32, kept: 32 });
    expect([...ids.subarray(29)]).toEqual([5, 6, 9]);
    expect([...targets.subarray(29)]).toEqual([6, 7, 10]);
    expect([...positions]).toEqual([...Array(29).keys(), 0, 1, 0]);
    expect([...segments]).toEqual([...Array<number>(29).fill(3), 0, 0, 2]);
    expect([...weights]).toEqual(Array<number>(32).fill(1 / 32));
  });

  test('makes padding a segment of its own', () => {
    const { segments, positions } = padBatch(config, { sequences: [Int32Array.of(5, 6, 7)] }, 'packed');
    expect([...segments.subarray(0, 4)]).toEqual([0, 0, -1, -1]);
    expect([...positions.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
  });
});
