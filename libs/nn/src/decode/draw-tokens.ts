import { gatherRows } from '../kernels.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { drawFromTop } from './draw-from-top.ts';
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
  return tf.tidy(() => {
    const [R, V] = logits.shape;
    const shifted = tf.sub(logits, tf.max(logits, 1, true)); // [R, V], greatest 0
    const logSum = tf.log(tf.sum(tf.exp(shifted), 1)); // [R]
    const weights = tf.exp(tf.mul(shifted, inverseTemperatures)) as Tensor2D; // [R, V]
    const rowStarts = multiplesOf(V, R); // [R]
    const ids =
      topP === undefined || topK === undefined
        ? inverseCdf(weights, uniforms, blockSize)
        : drawFromTop(weights, uniforms, { topP, topK }); // [R]
    const taken = gatherRows(tf.reshape(shifted, [R * V]), tf.add(rowStarts, ids)); // [R]
    return { ids, logprobs: tf.sub(taken, logSum) as Tensor1D };
  });
}
