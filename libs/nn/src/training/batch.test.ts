import { describe, expect, test } from 'vitest';
import { goldenModel } from '../testing/golden.ts';
import { microBatches, type BatchOptions, type TrainingBatch } from './batch.ts';
import { padBatch } from './pad-batch.ts';

const config = { ...goldenModel().config, maxPositions: 2000 };
const ofLength = (...lengths: number[]) => ({ sequences: lengths.map((length) => new Int32Array(length).fill(3)) });

const PADDED: BatchOptions = { layout: 'padded' };
/** The one part of a batch that is not cut. */
const whole = (batch: TrainingBatch, layout: BatchOptions['layout']) => {
  const { parts, kept } = padBatch(config, batch, { layout });
  expect(parts).toHaveLength(1);
  return { ...parts[0]!, kept };
};

describe('microBatches', () => {
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
    expect(microBatches(config, ofLength(length), PADDED)[0]!.shape.tokens).toBe(tokens);
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
    const [only] = microBatches(config, ofLength(...new Array<number>(count).fill(4)), PADDED);
    expect(only!.shape.rows).toBe(rows);
  });

  test('cuts larger batches into rows of like length, the longest first', () => {
    const cut = microBatches(config, ofLength(10, 300, 20, 100, 30), { layout: 'padded', microBatchSize: 2 });
    expect(cut.map(({ shape }) => [shape.rows, shape.tokens])).toEqual([
      [2, 320],
      [2, 32],
      [1, 32],
    ]);
    expect(cut.map(({ sequences }) => sequences.map(({ index, row }) => [index, row]))).toEqual([
      [[1, 0], [3, 1]],
      [[2, 1], [4, 0]],
      [[0, 0]],
    ]); // prettier-ignore
  });

  test('leaves a batch of as many rows alone, in its own order', () => {
    const batch = ofLength(10, 300, 20);
    expect(microBatches(config, batch, { layout: 'padded', microBatchSize: 3 })).toEqual(
      microBatches(config, batch, PADDED),
    );
  });

  test('cuts packed batches by their rows', () => {
    const lengths = [33, 33, 17, 17, 17, 17, 9, 9, 9, 9];
    const cut = microBatches(config, ofLength(...lengths), { layout: 'packed', microBatchSize: 2 });
    expect(cut.map(({ shape }) => [shape.rows, shape.tokens])).toEqual([[2, 32], [2, 32], [1, 32]]); // prettier-ignore
    const indices = cut.flatMap(({ sequences }) => sequences.map(({ index }) => index));
    expect(indices.toSorted((a, b) => a - b)).toEqual([...lengths.keys()]);
  });
});

describe('padBatch', () => {
  test('shifts targets by one and pads with what does not count', () => {
    const batch = {
      sequences: [Int32Array.of(5, 6, 7), Int32Array.of(8), Int32Array.of(9, 10)],
      lossMasks: [Uint8Array.of(1, 0, 1), Uint8Array.of(1), Uint8Array.of(0, 1)],
    };
    const padded = whole(batch, 'padded');
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
    const { rows, tokens, kept, ids, targets, weights, positions, segments } = whole(batch, 'packed');
    expect({ rows, tokens, kept }).toEqual({ rows: 1, tokens: 32, kept: 32 });
    expect([...ids.subarray(29)]).toEqual([5, 6, 9]);
    expect([...targets.subarray(29)]).toEqual([6, 7, 10]);
    expect([...positions]).toEqual([...Array(29).keys(), 0, 1, 0]);
    expect([...segments]).toEqual([...Array<number>(29).fill(3), 0, 0, 2]);
    expect([...weights]).toEqual(Array<number>(32).fill(1 / 32));
  });

  test('makes padding a segment of its own', () => {
    const { segments, positions } = whole({ sequences: [Int32Array.of(5, 6, 7)] }, 'packed');
    expect([...segments.subarray(0, 4)]).toEqual([0, 0, -1, -1]);
    expect([...positions.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
  });

  test('weighs sequences, so that the weights of all parts sum to 1', () => {
    const batch = {
      sequences: [Int32Array.of(5, 6, 7), Int32Array.of(8, 9), Int32Array.of(1, 2, 3, 4)],
      lossMasks: [Uint8Array.of(1, 1, 0), Uint8Array.of(0, 1), Uint8Array.of(0, 1, 1, 1)],
      sequenceWeights: [3, 0, 1],
    };
    for (const options of [PADDED, { ...PADDED, microBatchSize: 1 }, { layout: 'packed' as const }]) {
      const { parts, kept } = padBatch(config, batch, options);
      expect(kept).toBe(4);
      const weights = parts
        .flatMap((part) => [...part.weights].filter((weight) => weight > 0))
        .toSorted((a, b) => a - b);
      expect(weights).toEqual([Math.fround(1 / 6), Math.fround(1 / 6), Math.fround(1 / 6), 0.5]);
    }
  });
});
