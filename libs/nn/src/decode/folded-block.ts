import type { ModelConfig } from '../model-config.ts';
import { biasAdd, matMul2d } from '../kernels.ts';
import { gelu } from '../layers/gelu.ts';
import { rotate, type RotaryTables } from '../layers/rotary.ts';
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '../tf.ts';

/** Tensors by the names of `foldWeights`, and caches by layer; borrowed. */
export type FoldedTensors = Readonly<Record<string, Tensor>>;

/**
 * LayerNorm of rows whose mean is zero, without scale and bias.
 * @param x float32 [N, D] @returns the same shape
 */
export function rootMeanSquareNorm(x: Tensor2D, epsilon: number): Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon))) as Tensor2D;
}

/**
 * Queries, keys, values and the MLP's inner layer of one block.
 * @param x float32 [N, D], the stream
 * @param tables of each row's position, [N, 1, C]
 * @returns queries (scaled by 1/√C), keys [N, H, C], rotated; values [N, D]; inner [N, F]
 */
export function blockInputs(
  x: Tensor2D,
  layer: number,
  tensors: FoldedTensors,
  { embedDim: D, numHeads: H, innerDim: F, normEpsilon }: ModelConfig,
  tables: RotaryTables,
): { queries: Tensor3D; keys: Tensor3D; values: Tensor2D; inner: Tensor2D } {
  const [N] = x.shape;
  const h = rootMeanSquareNorm(x, normEpsilon);
  const fused = biasAdd(matMul2d(h, tensors[`in.${layer}`]!), tensors[`inBias.${layer}`]!); // [N, 3D + F]
  const [queriesKeys, values, inner] = tf.split(fused, [2 * D, D, F], 1) as [Tensor2D, Tensor2D, Tensor2D];
  const rotated = rotate(tf.reshape(queriesKeys, [N, 2 * H, D / H]), tables);
  const [queries, keys] = tf.split(rotated, 2, 1) as [Tensor3D, Tensor3D];
  return { queries, keys, values, inner };
}

/** The stream after one block. @param attended float32 [N, D] @param inner [N, F] @returns [N, D] */
export function blockOutput(
  x: Tensor2D,
  attended: Tensor2D,
  inner: Tensor2D,
  layer: number,
  tensors: FoldedTensors,
): Tensor2D {
  const both = tf.concat([attended, gelu(inner)], 1); // [N, D + F]
  return tf.add(x, biasAdd(matMul2d(both, tensors[`out.${layer}`]!), tensors[`outBias.${layer}`]!)) as Tensor2D;
}
