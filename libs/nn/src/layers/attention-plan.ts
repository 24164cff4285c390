import { gatherRows } from '../kernels.ts';
import type { RotaryConfig } from '../rotary-config.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { causalMask, MASKED, queryBlocks, type QueryRange } from './attention-mask.ts';
import { rotaryTables, type RotaryTables } from './rotary.ts';

/** Sizes of the attention layers of a model over a batch. */
export interface AttentionDims {
  /** B */
  readonly batch: number;
  /** T */
  readonly tokens: number;
  /** H */
  readonly numHeads: number;
  /** K: heads of keys and values, each for H / K neighbouring query heads. */
  readonly numKeyValueHeads: number;
  /** C */
  readonly headDim: number;
  readonly rotary: RotaryConfig;
}

/** Where several sequences lie in a row, end to end: they do not see each other, and each starts at position 0. */
export interface Packing {
  /** int32 [B T]: each token's place in its sequence, below T. */
  readonly positions: Tensor1D;
  /** int32 [B T]: equal for tokens of one sequence of a row. */
  readonly segments: Tensor1D;
}

/** What all attention layers of a forward pass share. */
export interface AttentionPlan {
  readonly dims: AttentionDims;
  /** For queries and keys: [C, T], or [B, 1, C, T] where sequences share a row. */
  readonly tables: RotaryTables;
  readonly blocks: readonly AttentionBlock[];
}

/** A run of queries, and how many keys they may look at: none comes later than the last of them. */
export interface AttentionBlock extends QueryRange {
  /** Added to the scores: [t, S], or [B, 1, t, S] where sequences share a row. */
  readonly mask: Tensor;
}

/**
 * Tables and masks for sequences that each have a row to themselves, or are packed. Sequences shorter than their row are
 * padded on the right: no kept token can see what comes after it, so padding needs no mask.
 * @returns with tensors that the caller disposes
 */
export function attentionPlan(dims: AttentionDims, packing?: Packing): AttentionPlan {
  const { batch: B, tokens: T, headDim, rotary } = dims;
  const positions = Array.from({ length: T }, (_, i) => i);
  // The scores' scale 1 / √C, one half of it on either side of the product.
  const options = { headDim, rotary, factor: headDim ** -0.25 };
  const ranges = queryBlocks(T);
  if (packing === undefined) {
    const blocks = ranges.map((range) => ({ ...range, mask: causalMask(range) }));
    return { dims, tables: rotaryTables(positions, { ...options, transposed: true }), blocks };
  }
  const shared = tf.tidy(() => {
    const { cos, sin } = rotaryTables(positions, options); // [T, C]
    const placed = (table: Tensor): Tensor => {
      const rows = tf.reshape(gatherRows(table, packing.positions), [B, T, headDim]);
      return tf.reshape(tf.transpose(rows, [0, 2, 1]), [B, 1, headDim, T]);
    };
    const segments = tf.reshape(packing.segments, [B, T]) as Tensor2D;
    const masks = ranges.map(({ start, end }) => {
      const ofQueries = tf.reshape(tf.slice(segments, [0, start], [-1, end - start]), [B, 1, end - start, 1]);
      const ofKeys = tf.reshape(tf.slice(segments, [0, 0], [-1, end]), [B, 1, 1, end]);
      return tf.where(tf.equal(ofQueries, ofKeys), causalMask({ start, end }), MASKED); // [B, 1, t, S]
    });
    return { cos: placed(cos), sin: placed(sin), masks };
  });
  const blocks = ranges.map((range, i) => ({ ...range, mask: shared.masks[i]! }));
  return { dims, tables: { cos: shared.cos, sin: shared.sin, axis: -2 }, blocks };
}
