import { gatherRows, boolAttr, typeAttr } from '../kernels.ts';
import { backend, tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { inverseCdf, multiplesOf } from './inverse-cdf.ts';

/** Per-row sampling parameters, each float32 [R, 1]. */
export interface DrawInputs {
  /** In [0, 1 - 2^-23]; 0 for greedy rows. */
  readonly uniforms: Tensor;
  /** 1 / temperature; `GREEDY` for temperature 0. */
  readonly inverseTemperatures: Tensor;
  /** In (0, 1]; undefined draws from the whole distribution. */
  readonly topP: Tensor | undefined;
}

/** Finite, yet every logit below the greatest times this has no probability left: with uniform 0 the arg-max is drawn. */
export const GREEDY = 1e30;

/**
 * Draws a token per row by its uniform number.
 *
 * @param logits float32 [R, V], V a multiple of `blockSize`
 * @returns ids int32 [R]; logprobs float32 [R], natural, of the undivided and uncut distribution, NaN if a logit is NaN
 *   or +∞; the caller disposes both
 */
export function drawTokens(
  logits: Tensor2D,
  { uniforms, inverseTemperatures, topP }: DrawInputs,
  blockSize: number,
): { ids: Tensor1D; logprobs: Tensor1D } {
  const [R, V] = logits.shape;
  const shifted = tf.sub(logits, tf.max(logits, 1, true)); // [R, V], greatest 0
  const logSum = tf.log(tf.sum(tf.exp(shifted), 1)); // [R]
  const weights = tf.exp(tf.mul(shifted, inverseTemperatures)) as Tensor2D; // [R, V]
  const rowStarts = multiplesOf(V, R); // [R]
  const ids =
    topP === undefined
      ? inverseCdf(weights, uniforms, blockSize)
      : drawFromNucleus(weights, uniforms, topP, rowStarts, blockSize); // [R]
  const taken = gatherRows(tf.reshape(shifted, [R * V]), tf.add(rowStarts, ids)); // [R]
  return { ids, logprobs: tf.sub(taken, logSum) as Tensor1D };
}

/** A token stays while the more probable ones have less than top-p of the mass; so one always stays. */
function drawFromNucleus(
  weights: Tensor2D,
  uniforms: Tensor,
  topP: Tensor,
  rowStarts: Tensor1D,
  blockSize: number,
): Tensor1D {
  const [R, V] = weights.shape;
  const [sorted, order] = backend.executeMultipleOutputs(
    'TopKV2',
    [boolAttr('sorted', true), typeAttr('T', backend.binding.TF_FLOAT)],
    [weights, tf.scalar(V, 'int32')],
    2,
  ) as [Tensor2D, Tensor2D]; // both [R, V]
  const massBefore = tf.cumsum(sorted, 1, true); // [R, V]
  const limit = tf.mul(tf.sum(weights, 1, true), topP); // [R, 1]
  const kept = tf.mul(sorted, tf.cast(tf.less(massBefore, limit), 'float32')) as Tensor2D; // [R, V]
  const place = inverseCdf(kept, uniforms, blockSize); // [R]
  return gatherRows(tf.reshape(order, [R * V]), tf.add(rowStarts, place)) as Tensor1D;
}
