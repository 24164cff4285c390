import { computedIf } from '../compile/graph-kernels.ts';
import { boolAttr, gatherRows, typeAttr } from '../kernels.ts';
import { backend, tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { blockSizeOf, inverseCdf, multiplesOf } from './inverse-cdf.ts';

/** How many of the most probable tokens are put in order at first. Most draws need no more. */
export const FEW = 128;

/** Which tokens a row may draw from, each [R, 1]. */
export interface Cut {
  /** float32 in (0, 1] */
  readonly topP: Tensor;
  /** int32 >= 1 */
  readonly topK: Tensor;
}

/**
 * Draws an index per row from the top-k most probable ones, the least index first among equals, and of these from each
 * while the more probable ones have less than top-p of their mass; so one always stays. The order is that of
 * transformers and of vLLM.
 *
 * Sorting all V takes as long as the rest of a step of a small model. So the first `FEW` are sorted; where those do not
 * settle it for some row, all are, and that row, no other, is drawn from all: what it draws depends on nothing else.
 * @param weights float32 [R, V], >= 0, finite, with a positive sum @param uniforms float32 [R, 1], in [0, 1 - 2^-23]
 * @param few as `FEW`; a multiple of its `blockSizeOf`
 * @returns int32 [R]; the caller disposes it
 */
export function drawFromTop(weights: Tensor2D, uniforms: Tensor, { topP, topK }: Cut, few = FEW): Tensor1D {
  const [, V] = weights.shape;
  return tf.tidy(() => {
    const all = (w: Tensor, u: Tensor, p: Tensor, k: Tensor): Tensor1D => drawFromFirst(w as Tensor2D, u, { topP: p, topK: k }, V).ids; // prettier-ignore
    if (V <= 2 * few) return all(weights, uniforms, topP, topK);
    const { ids, isSettled } = drawFromFirst(weights, uniforms, { topP, topK }, few);
    return computedIf(
      tf.logicalNot(tf.all(isSettled)),
      [weights, uniforms, topP, topK, ids, isSettled],
      (w, u, p, k, settledIds, settled) => tf.where(settled, settledIds, all(w, u, p, k)) as Tensor1D,
      ids,
    );
  });
}

/** Draws from the first `count` in order. @returns ids int32 [R]; and bool [R], whether the others would change nothing */
function drawFromFirst(
  weights: Tensor2D,
  uniforms: Tensor,
  { topP, topK }: Cut,
  count: number,
): { ids: Tensor1D; isSettled: Tensor1D } {
  const [R, V] = weights.shape;
  const [sorted, order] = backend.executeMultipleOutputs(
    'TopKV2',
    [boolAttr('sorted', true), typeAttr('T', backend.binding.TF_FLOAT)],
    [weights, tf.scalar(count, 'int32')],
    2,
  ) as [Tensor2D, Tensor2D]; // both [R, count]
  const inTopK = tf.cast(tf.less(multiplesOf(1, count), topK), 'float32'); // [R, count]
  const candidates = tf.mul(sorted, inTopK) as Tensor2D; // [R, count]
  const massBefore = tf.cumsum(candidates, 1, true); // [R, count]
  const mass = tf.sum(candidates, 1, true); // [R, 1]
  const isUncut = tf.greaterEqual(topK, tf.scalar(V, 'int32')); // [R, 1]
  const total = count === V ? mass : tf.where(isUncut, tf.sum(weights, 1, true), mass);
  const limit = tf.mul(total, topP); // [R, 1]
  const kept = tf.mul(candidates, tf.cast(tf.less(massBefore, limit), 'float32')) as Tensor2D; // [R, count]
  const place = inverseCdf(kept, uniforms, blockSizeOf(count)); // [R]
  const ids = gatherRows(tf.reshape(order, [R * count]), tf.add(multiplesOf(count, R), place)) as Tensor1D;
  const isWhole = tf.lessEqual(topK, tf.scalar(count, 'int32'));
  const isSettled = tf.logicalOr(isWhole, tf.logicalAnd(isUncut, tf.greaterEqual(mass, limit)));
  return { ids, isSettled: tf.reshape(isSettled, [R]) as Tensor1D };
}
