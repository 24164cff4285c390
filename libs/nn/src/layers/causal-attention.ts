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
  /** C */
  readonly headDim: number;
  readonly rotaryDim: number;
}

/** A run of queries, and how many keys they may look at: none comes later than the last of them. */
interface Block {
  readonly start: number;
  readonly end: number;
}

/** What the gradient needs: heads, the result, and the probabilities of each block by its index. */
type Saved = Readonly<Record<'queries' | 'keys' | 'values' | 'value' | number, Tensor>>;

/**
 * Rotary causal self-attention over whole sequences that start at position 0. Sequences shorter than T are padded on
 * the right: no kept token can see what comes after it, so padding needs no mask.
 *
 * Queries go in blocks, each against the keys up to its end, so that most of what the mask would hide is never
 * computed. Queries are held as [T, C], keys and values as [C, T], which makes the narrow matrix products fastest.
 * @param qkv float32 [B T, 3 D]: queries, keys, values, each head's dims in the order of `codegenParameters`
 * @returns [B T, D], heads in order; the caller disposes it
 */
export function causalAttention(qkv: Tensor2D, dims: AttentionDims): Tensor2D {
  const { batch: B, tokens: T, numHeads: H, headDim: C } = dims;
  const [N, D] = [B * T, H * C];
  const positions = Array.from({ length: T }, (_, i) => i);
  const queryTables = () => rotaryTables(positions, { ...dims, factor: 1 / Math.sqrt(C) }); // carries the scores' scale
  const keyTables = () => rotaryTables(positions, { ...dims, transposed: true });
  const blocks = queryBlocks(T);
  const rowsOf = (x: Tensor, { start, end }: Block): Tensor4D => slice(x, 2, start, end); // of [B, H, T, …]
  const columnsUpTo = (x: Tensor, { end }: Block): Tensor4D => slice(x, 3, 0, end); // of [B, H, …, T]

  return withGradient((fused: Tensor2D) => {
    const [q, kv] = tf.split(fused, [D, 2 * D], 1) as [Tensor2D, Tensor2D];
    const queries = rotate(toRows(q, [B, T, H, C]), queryTables()); // [B, H, T, C]
    const [k, values] = tf.split(toColumns(kv, [B, T, 2 * H, C]), 2, 1) as [Tensor4D, Tensor4D]; // [B, H, C, T]
    const keys = rotate(k, keyTables());
    const probabilities = blocks.map((block) => {
      const scores = tf.matMul(rowsOf(queries, block), columnsUpTo(keys, block)); // [B, H, t, S]
      return tf.softmax(tf.add(scores, causalMask(block.end, block.start)));
    });
    const outputs = blocks.map((block, i) => tf.matMul(probabilities[i]!, columnsUpTo(values, block), false, true));
    const value = fromRows(tf.concat(outputs, 2), [N, D]);
    return {
      value,
      saved: { queries, keys, values, value, ...Object.fromEntries(probabilities.entries()) } as Saved,
      gradient: (dy, saved): Tensor[] => {
        // d score = p (dp − Σ p dp), and Σ p dp over keys is dy · o. One more dim takes the subtraction into the
        // product that makes dp: [dy, −dy·o] · [v, 1].
        const dOutput = toRows(dy, [B, T, H, C]); // [B, H, T, C]
        const along = toRows(tf.sum(tf.reshape(tf.mul(dy, saved.value), [N, H, C]), -1), [B, T, H, 1]);
        const dOutputAndAlong = tf.concat([dOutput, tf.neg(along) as Tensor4D], 3); // [B, H, T, C + 1]
        const valuesAndOne = tf.concat([saved.values as Tensor4D, tf.ones([B, H, 1, T])], 2);
        const dQueries: Tensor[] = [];
        const dKeys: Tensor[] = [];
        const dValues: Tensor[] = [];
        for (const [i, block] of blocks.entries()) {
          const p = saved[i] as Tensor; // [B, H, t, S]
          const dScores = tf.mul(p, tf.matMul(rowsOf(dOutputAndAlong, block), columnsUpTo(valuesAndOne, block)));
          dValues.push(tf.matMul(rowsOf(dOutput, block), p, true, false)); // [B, H, C, S]
          dQueries.push(tf.matMul(dScores, columnsUpTo(saved.keys, block), false, true)); // [B, H, t, C]
          dKeys.push(tf.matMul(rowsOf(saved.queries, block), dScores, true, false)); // [B, H, C, S]
        }
        const dq = fromRows(rotateBack(tf.concat(dQueries, 2), queryTables()), [N, D]);
        const dk = fromColumns(rotateBack(sumOfPrefixes(dKeys, blocks), keyTables()), [N, D]);
        const dv = fromColumns(sumOfPrefixes(dValues, blocks), [N, D]);
        return [tf.concat([dq, dk, dv], 1)];
      },
    };
  })(qkv);
}

/** [B T, H C] as heads [B, H, T, C]. */
const toRows = (x: Tensor, shape: [number, number, number, number]): Tensor4D =>
  tf.transpose(tf.reshape(x, shape), [0, 2, 1, 3]) as Tensor4D;
/** [B T, H C] as heads [B, H, C, T]. */
const toColumns = (x: Tensor, shape: [number, number, number, number]): Tensor4D =>
  tf.transpose(tf.reshape(x, shape), [0, 2, 3, 1]) as Tensor4D;
const fromRows = (x: Tensor, shape: [number, number]): Tensor2D =>
  tf.reshape(tf.transpose(x, [0, 2, 1, 3]), shape) as Tensor2D;
const fromColumns = (x: Tensor, shape: [number, number]): Tensor2D =>
  tf.reshape(tf.transpose(x, [0, 3, 1, 2]), shape) as Tensor2D;

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

/** x[…, start:end, …] along one axis of four; x itself where that is all of it. */
function slice(x: Tensor, axis: number, start: number, end: number): Tensor4D {
  const size = x.shape[axis]!;
  if (start === 0 && end === size) return x as Tensor4D;
  const begin = [0, 0, 0, 0];
  const extent = [-1, -1, -1, -1];
  begin[axis] = start;
  extent[axis] = end - start;
  return tf.slice(x, begin, extent) as Tensor4D;
}

/** Adds [B, H, C, S] tensors of growing S, aligned at the first key, to one [B, H, C, T]. */
function sumOfPrefixes(prefixes: readonly Tensor[], blocks: readonly Block[]): Tensor4D {
  if (prefixes.length === 1) return prefixes[0] as Tensor4D;
  const sizes = blocks.map(({ start, end }) => end - start);
  const parts = prefixes.map((prefix, i) => (i === 0 ? [prefix] : tf.split(prefix, sizes.slice(0, i + 1), 3)));
  return tf.concat(
    blocks.map((_, key) => tf.addN(parts.slice(key).map((columns) => columns[key]!)) as Tensor4D),
    3,
  );
}
