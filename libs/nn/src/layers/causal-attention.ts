import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';
import type { AttentionBlock, AttentionPlan } from './attention-plan.ts';
import { rotate, rotateBack } from './rotary.ts';

/** What the gradient needs: heads, tables, the result, and the probabilities of each block by its index. */
type Saved = Readonly<Record<'queries' | 'keys' | 'values' | 'cos' | 'sin' | 'value' | number, Tensor>>;

/**
 * Rotary causal self-attention over whole sequences.
 *
 * Queries go in blocks, each against the keys up to its end, so that most of what the mask would hide is never
 * computed. Heads are held as [C, T]: narrow matrix products and the exchange of rotary halves are fastest so.
 * @param qkv float32 [B T, (H + 2K) C]: queries, keys, values, each head with its rotary pairs half a head apart
 * @returns [B T, H C], heads in order; the caller disposes it
 */
export function causalAttention(qkv: Tensor2D, { dims, tables, blocks }: AttentionPlan): Tensor2D {
  const { batch: B, tokens: T, numHeads: H, numKeyValueHeads: K, headDim: C } = dims;

  return withGradient((fused: Tensor2D) => {
    const heads = toHeads(fused, [B, T, H + 2 * K, C]); // [B, H + 2K, C, T]
    const [unrotated, values] = tf.split(heads, [H + K, K], 1) as [Tensor4D, Tensor4D];
    const [queries, keys] = tf.split(rotate(unrotated, tables), [H, K], 1) as [Tensor4D, Tensor4D];
    const [k, v] = [forEachQueryHead(keys, H), forEachQueryHead(values, H)]; // [B, H, C, T]
    const probabilities = blocks.map(({ start, end, mask }) =>
      tf.tidy(() => {
        const scores = tf.matMul(columns(queries, start, end), columns(k, 0, end), true, false); // [B, H, t, S]
        return tf.softmax(tf.add(scores, mask));
      }),
    );
    const outputs = blocks.map(({ end }, i) =>
      tf.matMul(probabilities[i]!, columns(v, 0, end), false, true),
    ) as Tensor4D[]; // [B, H, t, C]
    const value = tf.reshape(tf.transpose(tf.concat(outputs, 2), [0, 2, 1, 3]), [B * T, H * C]) as Tensor2D;
    const { cos, sin, axis } = tables;
    return {
      value,
      saved: { queries, keys, values, cos, sin, value, ...Object.fromEntries(probabilities.entries()) } as Saved,
      gradient: (dy, saved): Tensor[] => {
        const q = saved.queries as Tensor4D;
        const k = forEachQueryHead(saved.keys as Tensor4D, H);
        const v = forEachQueryHead(saved.values as Tensor4D, H);
        // d score = p (dp − Σ p dp), and Σ p dp over keys is dy · o. One more dim takes the subtraction into the
        // product that makes dp: [dy, −dy·o] · [v, 1].
        const dOutput = toHeads(dy, [B, T, H, C]); // [B, H, C, T]
        const along: Tensor = tf.sum(tf.reshape(tf.mul(dy, saved.value), [B * T, H, C]), -1); // [B T, H]
        const extended = tf.concat([dOutput, toHeads(tf.neg(along), [B, T, H, 1])], 2); // [B, H, C + 1, T]
        const valuesAndOne = tf.concat([v, tf.ones([B, H, 1, T])], 2); // [B, H, C + 1, T]
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
        const dk = sumOfQueryHeads(sumOfPrefixes(dKeys, blocks), K); // [B, K, C, T]
        const dv = sumOfQueryHeads(sumOfPrefixes(dValues, blocks), K);
        const dQueriesAndKeys = rotateBack(tf.concat([dq, dk], 1), {
          cos: saved.cos,
          sin: saved.sin,
          axis: axis ?? -1,
        });
        const dHeads = tf.concat([dQueriesAndKeys, dv], 1); // [B, H + 2K, C, T]
        return [tf.reshape(tf.transpose(dHeads, [0, 3, 1, 2]), [B * T, (H + 2 * K) * C])];
      },
    };
  })(qkv);
}

/** [B, K, C, T] as [B, H, C, T]: each head for its H / K query heads. */
function forEachQueryHead(x: Tensor4D, H: number): Tensor4D {
  const [B, K, C, T] = x.shape;
  if (K === H) return x;
  return tf.reshape(tf.tile(tf.reshape(x, [B, K, 1, C, T]), [1, 1, H / K, 1, 1]), [B, H, C, T]);
}

/** The transpose of `forEachQueryHead`. */
function sumOfQueryHeads(dx: Tensor4D, K: number): Tensor4D {
  const [B, H, C, T] = dx.shape;
  if (K === H) return dx;
  return tf.reshape(tf.sum(tf.reshape(dx, [B, K, H / K, C * T]), 2), [B, K, C, T]);
}

/** [B T, H C] as heads [B, H, C, T]. @param shape [B, T, H, C] */
function toHeads(x: Tensor, shape: [number, number, number, number]): Tensor4D {
  return tf.transpose(tf.reshape(x, shape), [0, 2, 3, 1]) as Tensor4D;
}

/** x[…, start:end] of four axes; x itself where that is all of it. */
function columns(x: Tensor4D, start: number, end: number): Tensor4D {
  if (start === 0 && end === x.shape[3]) return x;
  return tf.slice(x, [0, 0, 0, start], [-1, -1, -1, end - start]);
}

/** Adds [B, H, C, S] tensors of growing S, aligned at the first key, to one [B, H, C, T]. */
function sumOfPrefixes(prefixes: readonly Tensor4D[], blocks: readonly AttentionBlock[]): Tensor4D {
  if (prefixes.length === 1) return prefixes[0]!;
  const sizes = blocks.map(({ start, end }) => end - start);
  const parts = prefixes.map((prefix, i) => (i === 0 ? [prefix] : tf.split(prefix, sizes.slice(0, i + 1), 3)));
  return tf.concat(
    blocks.map((_, key) => tf.addN(parts.slice(key).map((columns) => columns[key]!)) as Tensor4D),
    3,
  );
}
