import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';
import { rotate, rotateBack, rotaryTables } from './rotary.ts';

/** Sizes of one attention layer over a batch. */
export interface AttentionDims {
  /** B */
  readonly batch: number;
  /** T */
  readonly tokens: number;
  /** H */
  readonly numHeads: number;
  /** D / H */
  readonly headDim: number;
  readonly rotaryDim: number;
}

/**
 * Rotary causal self-attention over whole sequences that start at position 0. Sequences shorter than T are padded on
 * the right: no kept token can see what comes after it, so padding needs no mask.
 * @param qkv float32 [B T, 3 D]: queries, keys, values, each head's dims in the order of `codegenParameters`
 * @returns [B T, D], heads in order; the caller disposes it
 */
export function causalAttention(qkv: Tensor2D, dims: AttentionDims): Tensor2D {
  const { batch: B, tokens: T, numHeads: H, headDim: C } = dims;
  const positions = Array.from({ length: T }, (_, i) => i);
  return withGradient((fused: Tensor2D) => {
    const queryTables = rotaryTables(positions, { ...dims, factor: 1 / Math.sqrt(C) }); // the scores' scale, once
    const keyTables = rotaryTables(positions, dims);
    const mask = causalMask(T); // [T, T]
    const heads = tf.transpose(tf.reshape(fused, [B, T, 3 * H, C]), [0, 2, 1, 3]); // [B, 3H, T, C]
    const [q0, k0, values] = tf.split(heads, 3, 1) as [Tensor4D, Tensor4D, Tensor4D]; // [B, H, T, C] each
    const queries = rotate(q0, queryTables);
    const keys = rotate(k0, keyTables);
    const probabilities = tf.softmax(tf.add(tf.matMul(queries, keys, false, true), mask)); // [B, H, T, T]
    const output = tf.matMul(probabilities, values); // [B, H, T, C]
    return {
      value: tf.reshape(tf.transpose(output, [0, 2, 1, 3]), [B * T, H * C]) as Tensor2D,
      saved: { queries, keys, values, probabilities, output },
      gradient: (dy, saved): Tensor[] => {
        const dOutput = tf.transpose(tf.reshape(dy, [B, T, H, C]), [0, 2, 1, 3]); // [B, H, T, C]
        const dValues = tf.matMul(saved.probabilities, dOutput, true, false); // [B, H, T, C]
        const dProbabilities = tf.matMul(dOutput, saved.values, false, true); // [B, H, T, T]
        // Σ_k p_k dp_k = dy · o, which is a sum over C instead of T numbers.
        const along = tf.sum(tf.mul(dOutput, saved.output), -1, true); // [B, H, T, 1]
        const dScores = tf.mul(saved.probabilities, tf.sub(dProbabilities, along)); // [B, H, T, T]
        const dQueries = rotateBack(
          tf.matMul(dScores, saved.keys),
          rotaryTables(positions, { ...dims, factor: 1 / Math.sqrt(C) }),
        ); // [B, H, T, C]
        const dKeys = rotateBack(tf.matMul(dScores, saved.queries, true, false), rotaryTables(positions, dims)); // [B, H, T, C]
        const dHeads = tf.concat([dQueries, dKeys, dValues as Tensor4D], 1); // [B, 3H, T, C]
        return [tf.reshape(tf.transpose(dHeads, [0, 2, 1, 3]), [B * T, 3 * H * C])];
      },
    };
  })(qkv);
}

/** 0 where a query may see a key, −1e9 where the key comes later. float32 [T, T] */
function causalMask(T: number): Tensor {
  const mask = new Float32Array(T * T);
  for (let query = 0; query < T; query++) mask.fill(-1e9, query * T + query + 1, (query + 1) * T);
  return tf.tensor2d(mask, [T, T]);
}
