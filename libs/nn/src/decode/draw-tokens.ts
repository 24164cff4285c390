import { gatherRows, boolAttr, typeAttr } from '../kernels.ts';
import { backend, tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { inverseCdf, multiplesOf } from './inverse-cdf.ts';

/** Per-row sampling parameters, each [R, 1]. */
export interface DrawInputs {
  /** float32 in [0, 1 - 2^-23]; 0 for greedy rows. */
  readonly uniforms: Tensor;
  /** float32, 1 / temperature; `GREEDY` for temperature 0. */
  readonly inverseTemperatures: Tensor;
  /** float32 in (0, 1]; where it is undefined, the whole distribution is drawn from. */
  readonly topP: Tensor | undefined;
  /** int32 >= 1, given with `topP`. */
  readonly topK: Tensor | undefined;
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
  { uniforms, inverseTemperatures, topP, topK }: DrawInputs,
  blockSize: number,
): { ids: Tensor1D; logprobs: Tensor1D } {
  const [R, V] = logits.shape;
  const shifted = tf.sub(logits, tf.max(logits, 1, true)); // [R, V], greatest 0
  const logSum = tf.log(tf.sum(tf.exp(shifted), 1)); // [R]
  const weights = tf.exp(tf.mul(shifted, inverseTemperatures)) as Tensor2D; // [R, V]
  const rowStarts = multiplesOf(V, R); // [R]
  const ids =
    topP === undefined || topK === undefined
      ? inverseCdf(weights, uniforms, blockSize)
      : drawFromTop(weights, uniforms, { topP, topK }, rowStarts, blockSize); // [R]
  const taken = gatherRows(tf.reshape(shifted, [R * V]), tf.add(rowStarts, ids)); // [R]
  return { ids, logprobs: tf.sub(taken, logSum) as Tensor1D };
}

/**
 * Keeps the top-k most probable tokens, the least id first among equals, and of these each while the more probable ones
 * have less than top-p of their mass; so one always stays. The order is that of transformers and of vLLM.
 */
function drawFromTop(
  weights: Tensor2D,
  uniforms: Tensor,
  { topP, topK }: { readonly topP: Tensor; readonly topK: Tensor },
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
  const inTopK = tf.cast(tf.less(multiplesOf(1, V), topK), 'float32'); // [R, V]
  const candidates = tf.mul(sorted, inTopK) as Tensor2D; // [R, V]
  const massBefore = tf.cumsum(candidates, 1, true); // [R, V]
  const limit = tf.mul(tf.sum(candidates, 1, true), topP); // [R, 1]
  const kept = tf.mul(candidates, tf.cast(tf.less(massBefore, limit), 'float32')) as Tensor2D; // [R, V]
  const place = inverseCdf(kept, uniforms, blockSize); // [R]
  return gatherRows(tf.reshape(order, [R * V]), tf.add(rowStarts, place)) as Tensor1D;
}
