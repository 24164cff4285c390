import { tf, type Tensor2D } from '../tf.ts';

/** Added to the score of a key that must not be seen: finite, and no probability is left of it. */
export const MASKED = -1e30;

/** A run of queries. */
export interface QueryRange {
  /** The position of the first. */
  readonly start: number;
  /** One past the last; also the number of keys that they see between them. */
  readonly end: number;
}

/** Queries of a block: fewer would cost more in nodes than they save, more would compute much of what the mask hides … */
const MIN_BLOCK = 64;

/** … and hold scores of every key for more queries at a time than memory should. */
const MAX_BLOCK = 512;

/** T queries in blocks of an eighth, but of 64 to 512. */
export function queryBlocks(T: number): QueryRange[] {
  const size = queryBlockSize(T);
  return Array.from({ length: Math.ceil(T / size) }, (_, i) => ({ start: i * size, end: Math.min(T, (i + 1) * size) }));
}

/** Queries of each of T's blocks but perhaps the last. */
export function queryBlockSize(T: number): number {
  return Math.min(MAX_BLOCK, Math.max(MIN_BLOCK, Math.ceil(T / 8)));
}

/**
 * 0 where a query may see a key, `MASKED` where the key comes later. Made by kernels, so that a recorded graph holds
 * no constant of this size.
 * @returns float32 [end − start, end]; the caller disposes it
 */
export function causalMask({ start, end }: QueryRange): Tensor2D {
  return tf.tidy(() => {
    const queries = tf.reshape(tf.range(start, end, 1, 'int32'), [end - start, 1]);
    const keys = tf.range(0, end, 1, 'int32');
    return tf.where(tf.lessEqual(keys, queries), 0, MASKED) as Tensor2D;
  });
}
