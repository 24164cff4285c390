import type { ModelConfig } from '../model-config.ts';
import { ownRows, packRows, type Placement } from './place-sequences.ts';

/** Token sequences to learn from. */
export interface TrainingBatch {
  /** Token ids, at least one sequence. Each has at most `maxPositions` tokens; the first token is never a target. */
  readonly sequences: readonly Int32Array[];
  /** Per sequence and token: 1 where the token counts as a target. All but the first count where left out. */
  readonly lossMasks?: readonly Uint8Array[];
}

/**
 * `padded`: a row for each sequence. `packed`: several sequences in a row where they fit, each seeing only itself; loss
 * and gradients are the same but for rounding, and fewer places are computed in vain where lengths differ.
 */
export type BatchLayout = 'padded' | 'packed';

/** The shape that a batch is padded to. */
export interface BatchShape {
  readonly layout: BatchLayout;
  /** B */
  readonly rows: number;
  /** T: inputs per row, at least one less than the longest sequence has tokens, for its last one is only a target. */
  readonly tokens: number;
}

/** A batch as rectangles of one of few shapes, row after row. */
export interface PaddedBatch extends BatchShape {
  /** [B T] */
  readonly ids: Int32Array;
  /** [B T]: the token after each input */
  readonly targets: Int32Array;
  /** [B T]: 1 / kept where the target counts, else 0 */
  readonly weights: Float32Array;
  /** [B T]: each input's place in its sequence; padding counts on from its row's start. */
  readonly positions: Int32Array;
  /** [B T]: the number of the input's sequence, −1 for padding. */
  readonly segments: Int32Array;
  /** How many targets count. */
  readonly kept: number;
}

/**
 * Few shapes, so that few graphs exist, and a shape that depends on nothing but the batch, so that the same batch gives
 * the same bits in every process.
 * @throws {RangeError} when the batch is empty, or holds an id, a length or a mask that the model cannot take
 */
export function batchShape(config: ModelConfig, batch: TrainingBatch, layout: BatchLayout): BatchShape {
  return place(config, batch, layout).shape;
}

/**
 * Lays a batch out in the rows of its `batchShape`, padded on the right, and with empty rows.
 * @throws {RangeError} as `batchShape` does, and when the batch keeps no target
 */
export function padBatch(config: ModelConfig, batch: TrainingBatch, layout: BatchLayout): PaddedBatch {
  const { sequences, lossMasks } = batch;
  const { shape, placements } = place(config, batch, layout);
  const size = shape.rows * shape.tokens;
  const ids = new Int32Array(size);
  const targets = new Int32Array(size);
  const weights = new Float32Array(size);
  const positions = Int32Array.from({ length: size }, (_, i) => i % shape.tokens);
  const segments = new Int32Array(size).fill(-1);
  let kept = 0;
  for (const [i, sequence] of sequences.entries()) {
    const { row, start } = placements[i]!;
    const first = row * shape.tokens + start;
    ids.set(sequence.subarray(0, -1), first);
    targets.set(sequence.subarray(1), first);
    for (let t = 1; t < sequence.length; t++) {
      const counts = lossMasks?.[i]?.[t] ?? 1;
      weights[first + t - 1] = counts;
      positions[first + t - 1] = t - 1;
      segments[first + t - 1] = i;
      kept += counts;
    }
  }
  if (kept === 0) throw new RangeError('TrainingBatch must keep at least one target, got none');
  for (let i = 0; i < weights.length; i++) weights[i]! /= kept;
  return { ...shape, ids, targets, weights, positions, segments, kept };
}

function place(
  config: ModelConfig,
  { sequences, lossMasks }: TrainingBatch,
  layout: BatchLayout,
): { readonly shape: BatchShape; readonly placements: readonly Placement[] } {
  if (sequences.length === 0) throw new RangeError('TrainingBatch.sequences must hold at least one sequence, got none');
  if (lossMasks !== undefined && lossMasks.length !== sequences.length) {
    throw new RangeError(`TrainingBatch.lossMasks must hold ${sequences.length} masks, got ${lossMasks.length}`);
  }
  sequences.forEach((sequence, i) => checkSequence(config, i, sequence, lossMasks?.[i]));
  const lengths = sequences.map((sequence) => Math.max(0, sequence.length - 1));
  const tokens = Math.min(roundUpTokens(Math.max(1, ...lengths)), config.maxPositions);
  const { rows, placements } = layout === 'packed' ? packRows(lengths, tokens) : ownRows(lengths);
  return { shape: { layout, rows: roundUpRows(rows), tokens }, placements };
}

/** The next length on a grid that is 32 wide up to 256 and then an eighth of the next power of two: few, and little waste. */
function roundUpTokens(length: number): number {
  const width = Math.max(32, 2 ** (Math.ceil(Math.log2(length)) - 3));
  return Math.ceil(length / width) * width;
}

/** The next of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, … */
function roundUpRows(count: number): number {
  const power = 2 ** Math.ceil(Math.log2(count));
  return count <= power * 0.75 && power >= 4 ? power * 0.75 : power;
}

function checkSequence({ vocabSize, maxPositions }: ModelConfig, i: number, ids: Int32Array, mask?: Uint8Array): void {
  const place = `TrainingBatch.sequences[${i}]`;
  if (ids.length > maxPositions) {
    throw new RangeError(`${place} must have at most ${maxPositions} tokens, got ${ids.length}`);
  }
  const bad = ids.findIndex((id) => id < 0 || id >= vocabSize);
  if (bad >= 0) throw new RangeError(`${place}[${bad}] must be a token id below ${vocabSize}, got ${ids[bad]}`);
  if (mask === undefined) return;
  if (mask.length !== ids.length) {
    throw new RangeError(`TrainingBatch.lossMasks[${i}] must have ${ids.length} entries, got ${mask.length}`);
  }
  const odd = mask.findIndex((bit) => bit > 1);
  if (odd >= 0) throw new RangeError(`TrainingBatch.lossMasks[${i}][${odd}] must be 0 or 1, got ${mask[odd]}`);
}
