import { permutation } from './seeds.ts';

/** Batches whose sequences are sorted by length together. More would pad less, and mix less. */
export const WINDOW_BATCHES = 8;

/**
 * Cuts a shuffled order into batches whose sequences are of like length, so that little is padded: within each window of
 * {@link WINDOW_BATCHES} batches sequences are sorted by length, and the batches then shuffled. Every index is in one
 * batch; all batches but one have `batchSize` indices.
 *
 * @param order the indices, shuffled
 * @param lengthOf tokens of the sequence with an index
 * @param seed of the order of the batches
 */
export function batchesOfLikeLength(
  order: Int32Array,
  lengthOf: (index: number) => number,
  batchSize: number,
  seed: bigint,
): Int32Array[] {
  const windowSize = WINDOW_BATCHES * batchSize;
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += windowSize) {
    const window = Array.from(order.subarray(start, start + windowSize));
    window.sort((a, b) => lengthOf(a) - lengthOf(b)); // stable: of equal length, the shuffled order stays
    for (let i = 0; i < window.length; i += batchSize) batches.push(Int32Array.from(window.slice(i, i + batchSize)));
  }
  return Array.from(permutation(seed, batches.length), (index) => batches[index]!);
}
