import { biasAdd, matMul2d } from '../kernels.ts';
import { rotate, type RotaryTables } from '../layers/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArray } from '../named-array.ts';
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '../tf.ts';

/** Tensors by the names of `foldWeights`, and caches by layer; borrowed. */
export type FoldedTensors = Readonly<Record<string, Tensor>>;

/** What a block's attention works on. */
export interface BlockInputs {
  /** float32 [N, H C], scaled by 1/√C and rotated */
  readonly queries: Tensor2D;
  /** [N, K C], rotated */
  readonly keys: Tensor2D;
  /** [N, K C] */
  readonly values: Tensor2D;
  /** What the product that made them gave besides: [N, …], empty for most families. */
  readonly rest: Tensor2D | undefined;
}

/** How one family's models are decoded: its block around the attention, which all share, and its weights for that. */
export interface DecodeFamily {
  /**
   * Rewrites the weights for decoding, one array at a time: fewer and larger kernels, the same logits but for rounding.
   * @param read gives a parameter's numbers by name; the array must not be changed
   * @returns `embedding` [V, D]; per block i what its functions below use; `head` [D, V], `headBias` [V]
   */
  readonly fold: (config: ModelConfig, read: (name: string) => Float32Array) => Iterable<[name: string, NamedArray]>;
  /** @param x float32 [N, D], the stream @param tables of each row's position, [N, 1, C] */
  readonly inputs: (
    x: Tensor2D,
    layer: number,
    tensors: FoldedTensors,
    config: ModelConfig,
    tables: RotaryTables,
  ) => BlockInputs;
  /** The stream after the block. @param attended float32 [N, H C] @returns [N, D] */
  readonly output: (
    x: Tensor2D,
    attended: Tensor2D,
    rest: Tensor2D | undefined,
    layer: number,
    tensors: FoldedTensors,
    config: ModelConfig,
  ) => Tensor2D;
}

/**
 * Division by the root mean square: RMSNorm without scale, and LayerNorm without scale and bias of rows whose mean is 0.
 * @param x float32 [N, D] @returns the same shape
 */
export function rootMeanSquareNorm(x: Tensor2D, epsilon: number): Tensor2D {
  return tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), epsilon))) as Tensor2D;
}

/**
 * Queries, keys, values and the rest from one product with `in.i` and `inBias.i`.
 * @param h float32 [N, D], normalised @param restSize columns after the values
 */
export function fusedInputs(
  h: Tensor2D,
  layer: number,
  tensors: FoldedTensors,
  { numHeads: H, numKeyValueHeads: K, headDim: C }: ModelConfig,
  tables: RotaryTables,
  restSize: number,
): BlockInputs {
  const [N] = h.shape;
  const fused = biasAdd(matMul2d(h, tensors[`in.${layer}`]!), tensors[`inBias.${layer}`]!); // [N, (H + 2K) C + rest]
  const sizes = [(H + K) * C, K * C, ...(restSize > 0 ? [restSize] : [])];
  const [queriesKeys, values, rest] = tf.split(fused, sizes, 1) as [Tensor2D, Tensor2D, Tensor2D | undefined];
  const rotated = rotate(tf.reshape(queriesKeys, [N, H + K, C]) as Tensor3D, tables);
  const [queries, keys] = tf.split(tf.reshape(rotated, [N, (H + K) * C]), [H * C, K * C], 1) as [Tensor2D, Tensor2D];
  return { queries, keys, values, rest };
}
