import { inFloat32 } from '../compile/in-float32.ts';
import { gatherRows } from '../kernels.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import { blockOf, slotBlocks } from './cache.ts';
import { TILE_ROWS, type DecodeShape } from './decode-shape.ts';

/** Who sits where: each row has a seat in a tile, so that rows of one prompt meet its keys in one product. */
export interface Seating {
  /** int32 [T K TILE_ROWS]: for a tile's head of keys, the row · K + head of each of its seats; any where it is free. */
  readonly rowOfSeat: Tensor;
  /** int32 [R K]: the inverse. */
  readonly seatOfRow: Tensor;
}

/** One layer's caches: see `emptyCache`. */
export interface LayerCache {
  readonly promptKeys: Tensor;
  readonly promptValues: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
}

/**
 * Attention of one query per row and head over its prompt and its new tokens. The prompt's part is a product of a tile:
 * keys and values are read once for up to TILE_ROWS rows. The part of the new tokens is a product of each row.
 *
 * The sum over slots has the same form however many blocks are visible: the others have scores as well, masked ones. So
 * a row's result does not depend on how far other rows have come.
 * @param queries float32 [R, H C], scaled and rotated
 * @param mask float32 [R, 1, P + N], 0 for slots that hold something, far below 0 for others
 * @param visibleBlocks how many of `slotBlocks` are read; the slots of the others must be masked
 * @returns [R, H C]; the caller disposes it
 */
export function cachedAttention(
  queries: Tensor2D,
  cache: LayerCache,
  {
    mask,
    seating,
    visibleBlocks,
  }: { readonly mask: Tensor; readonly seating: Seating; readonly visibleBlocks: number },
  config: ModelConfig,
  shape: DecodeShape,
): Tensor2D {
  const { numHeads: H, numKeyValueHeads: K, headDim: C } = config;
  const { rows: R, tiles: T, promptSlots: P, newSlots } = shape;
  const G = H / K; // query heads to a head of keys
  const blocks = slotBlocks(newSlots).slice(0, visibleBlocks);
  const hidden = newSlots - blocks.reduce((sum, { size }) => sum + size, 0);
  const toSeats = (x: Tensor, width: number): Tensor =>
    tf.reshape(gatherRows(tf.reshape(x, [R * K, G * width]), seating.rowOfSeat), [T * K, TILE_ROWS * G, width]);
  const toRows = (x: Tensor, width: number): Tensor =>
    gatherRows(tf.reshape(x, [T * K * TILE_ROWS, G * width]), seating.seatOfRow); // [R K, G width]

  const attend = (): Tensor2D => {
    const promptKeys = tf.reshape(cache.promptKeys, [T * K, P, C]);
    const promptScores = toRows(tf.matMul(toSeats(queries, C), promptKeys, false, true), P); // [R K, G P]
    const ownQueries = tf.reshape(queries, [R * K, G, C]);
    const scores = [
      tf.reshape(promptScores, [R, H, P]),
      ...blocks.map((block) => {
        const keys = blockOf(cache.keys, block, newSlots); // [R K, size, C]
        return tf.reshape(tf.matMul(ownQueries, keys, false, true), [R, H, block.size]);
      }),
      ...(hidden > 0 ? [tf.fill([R, H, hidden], 0)] : []),
    ];
    const probabilities = tf.softmax(tf.add(tf.concat(scores, 2), mask)); // [R, H, P + N]

    const parts = tf.split(probabilities, [P, ...blocks.map(({ size }) => size), ...(hidden > 0 ? [hidden] : [])], 2);
    const promptValues = tf.reshape(cache.promptValues, [T * K, P, C]);
    const attended = blocks.map((block, i) => {
      const values = blockOf(cache.values, block, newSlots); // [R K, size, C]
      return tf.reshape(tf.matMul(tf.reshape(parts[i + 1]!, [R * K, G, block.size]), values), [R, H * C]);
    });
    const ofPrompt = tf.reshape(toRows(tf.matMul(toSeats(parts[0]!, P), promptValues), C), [R, H * C]);
    return tf.addN([ofPrompt, ...attended]) as Tensor2D;
  };
  // In bfloat16 whole caches would be rounded at each step.
  return inFloat32(() => tf.tidy(attend));
}
