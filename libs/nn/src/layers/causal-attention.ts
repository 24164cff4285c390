import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';
import type { RotaryConfig } from '../rotary-config.ts';
import { rotate, rotateBack, rotaryTables } from './rotary.ts';

/** Sizes of one attention layer over a batch. */
export interface AttentionDims {
  /** B */
  readonly batch: number;
  /** T */
  readonly tokens: number;
  /** H */
  readonly numHeads: number;
  /** C */
  readonly headDim: number;
  readonly rotary: RotaryConfig;
}

/** A run of queries, and how many keys they may look at: none comes later than the last of them. */
interface Block {
  readonly start: number;
  readonly end: number;
}

/** What the gradient needs: heads, the result, and the probabilities of each block by its index. */
type Saved = Readonly<Record<'queriesAndKeys' | 'values' | 'value' | number, Tensor>>;

/**
 * Rotary causal self-attention over whole sequences that start at position 0. Sequences shorter than T are padded on
 * the right: no kept token can see what comes after it, so padding needs no mask.
 *
 * Queries go in blocks, each against the keys up to its end, so that most of what the mask would hide is never
 * computed. Heads are held as [C, T]: narrow matrix products and the exchange of rotary halves are fastest so.
 * @param qkv float32 [B T, 3 D]: queries, keys, values, each head with its rotary pairs a half of it apart
 * @returns [B T, D], heads in order; the caller disposes it
 */
export function causalAttention(qkv: Tensor2D, dims: AttentionDims): Tensor2D {
  const { batch: B, tokens: T, numHeads: H, headDim: C } = dims;
  const positions = Array.from({ length: T }, (_, i) => i);
  // The scores' scale 1 / √C, one half of it on either side of the product.
  const tables = () => rotaryTables(positions, { ...dims, factor: C ** -0.25, transposed: true });
  const blocks = queryBlocks(T);

  return withGradient((fused: Tensor2D) => {
    const heads = toHeads(fused, [B, T, 3 * H, C]); // [B, 3H, C, T]
    const [unrotated, values] = tf.split(heads, [2 * H, H], 1) as [Tensor4D, Tensor4D];
    const queriesAndKeys = rotate(unrotated, tables()); // [B, 2H, C, T]
    const [queries, keys] = tf.split(queriesAndKeys, 2, 1) as [Tensor4D, Tensor4D]; // [B, H, C, T]
    const probabilities = blocks.map(({ start, end }) => {
      const scores = tf.matMul(columns(queries, start, end), columns(keys, 0, end), true, false); // [B, H, t, S]
      return tf.softmax(tf.add(scores, causalMask(end, start)));
    });
    const outputs = blocks.map(({ end }, i) =>
      tf.matMul(probabilities[i]!, columns(values, 0, end), false, true),
    ) as Tensor4D[]; // [B, H, t, C]
    const value = tf.reshape(tf.transpose(tf.concat(outputs, 2), [0, 2, 1, 3]), [B * T, H * C]) as Tensor2D;
    return {
      value,
      saved: { queriesAndKeys, values, value, ...Object.fromEntries(probabilities.entries()) } as Saved,
      gradient: (dy, saved): Tensor[] => {
        const [q, k] = tf.split(saved.queriesAndKeys, 2, 1) as [Tensor4D, Tensor4D]; // [B, H, C, T]
        // d score = p (dp − Σ p dp), and Σ p dp over keys is dy · o. One more dim takes the subtraction into the
        // product that makes dp: [dy, −dy·o] · [v, 1].
        const dOutput = toHeads(dy, [B, T, H, C]); // [B, H, C, T]
        const along: Tensor = tf.sum(tf.reshape(tf.mul(dy, saved.value), [B * T, H, C]), -1); // [B T, H]
        const extended = tf.concat([dOutput, toHeads(tf.neg(along), [B, T, H, 1])], 2); // [B, H, C + 1, T]
        const valuesAndOne = tf.concat([saved.values as Tensor4D, tf.ones([B, H, 1, T])], 2); // [B, H, C + 1, T]
        const dQueries: Tensor4D[] = [];
        const dKeys: Tensor4D[] = [];
        const dValues: Tensor4D[] = [];
        for (const [i, { start, end }] of blocks.entries()) {
          const p = saved[i] as Tensor4D; // [B, H, t, S]
          const dp = tf.matMul(columns(extended, start, end), columns(valuesAndOne as Tensor4D, 0, end), true, false);
          const dScores: Tensor4D = tf.mul(p, dp); // [B, H, t, S]
          dQueries.push(tf.matMul(dScores, columns(k, 0, end), false, true)); // [B, H, t, C]
          dKeys.push(tf.matMul(columns(q, start, end), dScores)); // [B, H, C, S]
          dValues.push(tf.matMul(columns(dOutput, start, end), p)); // [B, H, C, S]
        }
        const dq = tf.transpose(tf.concat(dQueries, 2), [0, 1, 3, 2]); // [B, H, C, T]
        const dQueriesAndKeys = rotateBack(tf.concat([dq, sumOfPrefixes(dKeys, blocks)], 1), tables());
        const dHeads = tf.concat([dQueriesAndKeys, sumOfPrefixes(dValues, blocks)], 1); // [B, 3H, C, T]
        return [tf.reshape(tf.transpose(dHeads, [0, 3, 1, 2]), [B * T, 3 * H * C])];
      },
    };
  })(qkv);
}

/** [B T, H C] as heads [B, H, C, T]. @param shape [B, T, H, C] */
function toHeads(x: Tensor, shape: [number, number, number, number]): Tensor4D {
  return tf.transpose(tf.reshape(x, shape), [0, 2, 3, 1]) as Tensor4D;
}

/** Blocks of 64 queries, or of an eighth where that is more: fewer would compute more, more would cost in nodes. */
function queryBlocks(T: number): readonly Block[] {
  const size = Math.max(64, Math.ceil(T / 8));
  return Array.from({ length: Math.ceil(T / size) }, (_, i) => ({ start: i * size, end: Math.min(T, (i + 1) * size) }));
}

/**
 * 0 where a query may see a key, −1e9 where the key comes later.
 * @param numKeys S @param firstQuery the position of the first row; the last row is position S − 1
 * @returns float32 [S − firstQuery, S]; the caller disposes it
 */
export function causalMask(numKeys: number, firstQuery = 0): Tensor2D {
  const numQueries = numKeys - firstQuery;
  const mask = new Float32Array(numQueries * numKeys);
  for (let row = 0; row < numQueries; row++) mask.fill(-1e9, row * numKeys + firstQuery + row + 1, (row + 1) * numKeys);
  return tf.tensor2d(mask, [numQueries, numKeys]);
}

/** x[…, start:end] of four axes; x itself where that is all of it. */
function columns(x: Tensor4D, start: number, end: number): Tensor4D {
  if (start === 0 && end === x.shape[3]) return x;
  return tf.slice(x, [0, 0, 0, start], [-1, -1, -1, end - start]);
}

/** Adds [B, H, C, S] tensors of growing S, aligned at the first key, to one [B, H, C, T]. */
function sumOfPrefixes(prefixes: readonly Tensor4D[], blocks: readonly Block[]): Tensor4D {
  if (prefixes.length === 1) return prefixes[0]!;
  const sizes = blocks.map(({ start, end }) => end - start);
  const parts = prefixes.map((prefix, i) => (i === 0 ? [prefix] : tf.split(prefix, sizes.slice(0, i + 1), 3)));
  return tf.concat(
    blocks.map((_, key) => tf.addN(parts.slice(key).map((columns) => columns[key]!)) as Tensor4D),
    3,
  );
}
