import type { ModelConfig } from '../model-config.ts';
import { microBatches, type BatchOptions, type BatchShape, type MicroBatch, type TrainingBatch } from './batch.ts';

/** A micro-batch as rectangles of one of few shapes, row after row. */
export interface PaddedBatch extends BatchShape {
  /** [B T] */
  readonly ids: Int32Array;
  /** [B T]: the token after each input */
  readonly targets: Int32Array;
  /** [B T]: the target's share in the loss of the whole batch, 0 where it does not count. */
  readonly weights: Float32Array;
  /** [B T]: each input's place in its sequence; padding counts on from its row's start. */
  readonly positions: Int32Array;
  /** [B T]: the number of the input's sequence in the batch, −1 for padding. */
  readonly segments: Int32Array;
}

/** A whole batch, laid out. */
export interface PaddedBatches {
  /** In the order in which they are computed. */
  readonly parts: readonly PaddedBatch[];
  /** How many targets count: kept by their mask, in a sequence whose weight is not 0. */
  readonly kept: number;
}

/**
 * Lays a batch out in the rows of its `microBatches`, padded on the right, and with empty rows. The weights of all parts
 * together sum to 1, so that losses and gradients of the parts only have to be added.
 * @throws {RangeError} as `microBatches` does, and when the batch keeps no target
 */
export function padBatch(config: ModelConfig, batch: TrainingBatch, options: BatchOptions): PaddedBatches {
  const parts = microBatches(config, batch, options);
  let kept = 0;
  let total = 0;
  for (const [i, { length }] of batch.sequences.entries()) {
    const weight = batch.sequenceWeights?.[i] ?? 1;
    const mask = batch.lossMasks?.[i];
    const count = mask === undefined ? Math.max(0, length - 1) : mask.subarray(1).reduce((sum, bit) => sum + bit, 0);
    if (weight > 0) kept += count;
    total += weight * count;
  }
  if (kept === 0) throw new RangeError('TrainingBatch must keep at least one target, got none');
  return { parts: parts.map((part) => padPart(batch, part, total)), kept };
}

function padPart(batch: TrainingBatch, { shape, sequences }: MicroBatch, total: number): PaddedBatch {
  const size = shape.rows * shape.tokens;
  const ids = new Int32Array(size);
  const targets = new Int32Array(size);
  const weights = new Float32Array(size);
  const positions = Int32Array.from({ length: size }, (_, i) => i % shape.tokens);
  const segments = new Int32Array(size).fill(-1);
  for (const { index, row, start } of sequences) {
    const sequence = batch.sequences[index]!;
    const mask = batch.lossMasks?.[index];
    const share = (batch.sequenceWeights?.[index] ?? 1) / total;
    const first = row * shape.tokens + start;
    ids.set(sequence.subarray(0, -1), first);
    targets.set(sequence.subarray(1), first);
    for (let t = 1; t < sequence.length; t++) {
      weights[first + t - 1] = (mask?.[t] ?? 1) * share;
      positions[first + t - 1] = t - 1;
      segments[first + t - 1] = index;
    }
  }
  return { ...shape, ids, targets, weights, positions, segments };
}
