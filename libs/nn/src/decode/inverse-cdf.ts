import { inFloat32 } from '../compile/in-float32.ts';
import { gatherRows, matMul2d } from '../kernels.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';

/** Size of the blocks that `inverseCdf` cuts V values into: near √V. */
export function blockSizeOf(vocabSize: number): number {
  return Math.max(8, Math.ceil(Math.sqrt(vocabSize) / 8) * 8);
}

/**
 * Draws one index per row: the first whose running sum of weights exceeds `uniforms` · the row's sum. An index of
 * weight 0 is never drawn. TensorFlow's running sum is one long chain of additions; this one finds the block from the
 * blocks' sums, then looks inside that block only, both running sums being products with a triangle of ones.
 *
 * @param weights float32 [R, V], >= 0, finite, with a positive sum; V a multiple of `blockSize`
 * @param uniforms float32 [R, 1], in [0, 1 - 2^-23]
 * @returns int32 [R]; the caller disposes it
 */
export function inverseCdf(weights: Tensor2D, uniforms: Tensor, blockSize: number): Tensor1D {
  return inFloat32(() => tf.tidy(() => firstPast(weights, uniforms, blockSize)));
}

function firstPast(weights: Tensor2D, uniforms: Tensor, blockSize: number): Tensor1D {
  const [R, V] = weights.shape;
  const numBlocks = V / blockSize;
  const blockSums = tf.sum(tf.reshape(weights, [R, numBlocks, blockSize]), 2) as Tensor2D; // [R, V / K]
  const running = matMul2d(blockSums, triangle(numBlocks)); // [R, V / K]
  const target = tf.mul(tf.slice(running, [0, numBlocks - 1], [R, 1]), uniforms); // [R, 1]
  const block = firstAbove(running, target); // [R]

  const flatBlock = tf.add(block, multiplesOf(numBlocks, R)); // [R]
  const through = gatherRows(tf.reshape(running, [R * numBlocks]), flatBlock); // [R]
  const own = gatherRows(tf.reshape(blockSums, [R * numBlocks]), flatBlock); // [R]
  const rest = tf.sub(target, tf.reshape(tf.sub(through, own), [R, 1])); // [R, 1]
  const inside = gatherRows(tf.reshape(weights, [R * numBlocks, blockSize]), flatBlock); // [R, K]
  const runningInside = matMul2d(inside, triangle(blockSize)); // [R, K]
  // The two sums round differently: keep the target where some weight of this block is the answer.
  const last = tf.slice(runningInside, [0, blockSize - 1], [R, 1]);
  const kept = tf.maximum(tf.minimum(rest, tf.mul(last, 1 - 2 ** -23)), 0);
  return tf.add(tf.mul(block, tf.scalar(blockSize, 'int32')), firstAbove(runningInside, kept)) as Tensor1D;
}

/** Index of the first column above the row's limit, or 0. @param x [R, N] @param limit [R, 1] @returns int32 [R] */
function firstAbove(x: Tensor2D, limit: Tensor): Tensor1D {
  return tf.argMax(tf.cast(tf.greater(x, limit), 'float32'), 1) as Tensor1D;
}

/** Upper triangle of ones with the diagonal, [size, size]: x · triangle is the running sum along rows of x. */
function triangle(size: number): Tensor2D {
  const ones = new Float32Array(size * size);
  for (let row = 0; row < size; row++) ones.fill(1, row * size + row, (row + 1) * size);
  return tf.tensor2d(ones, [size, size]);
}

/** int32 [count]: 0, step, 2 step, … */
export function multiplesOf(step: number, count: number): Tensor1D {
  return tf.tensor1d(
    Int32Array.from({ length: count }, (_, i) => i * step),
    'int32',
  );
}
