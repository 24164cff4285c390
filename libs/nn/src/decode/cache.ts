import type { ModelConfig } from '../model-config.ts';
import { typeAttr } from '../kernels.ts';
import { backend, tf, type Tensor, type Tensor3D } from '../tf.ts';
import { SLOT_STEP, type DecodeShape } from './decode-shape.ts';

/** A run of a row's slots for new tokens. */
export interface SlotBlock {
  /** The first slot. */
  readonly start: number;
  readonly size: number;
}

/**
 * The blocks that the N new slots are held in: 32, 32, 64, 128, … slots. A chunk reads the blocks that some row has
 * come to, and no later ones.
 */
export function slotBlocks(newSlots: number): readonly SlotBlock[] {
  const blocks: SlotBlock[] = [];
  for (let start = 0; start < newSlots;) {
    const size = Math.min(Math.max(SLOT_STEP, start), newSlots - start);
    blocks.push({ start, size });
    start += size;
  }
  return blocks;
}

/**
 * Zeroed keys and values by name, per layer i: `promptKeys.i`, `promptValues.i` float32 [T K P, C], of each tile's
 * prompt, and `keys.i`, `values.i` float32 [R K N, C], of each row's new tokens: block after block (`slotBlocks`), each
 * block row by row. The caller disposes them.
 */
export function emptyCache(config: ModelConfig, shape: DecodeShape): Record<string, Tensor> {
  const { numLayers, numKeyValueHeads: K, headDim: C } = config;
  const { rows, tiles, promptSlots, newSlots } = shape;
  return tf.tidy(() => {
    const caches: Record<string, Tensor> = {};
    for (let i = 0; i < numLayers; i++) {
      // Each its own tensor, for they are written in place; by a kernel, for the arrays behind tf.zeros are JavaScript's.
      const prompt = (): Tensor => tf.fill([tiles * K * promptSlots, C], 0);
      const own = (): Tensor => tf.fill([rows * K * newSlots, C], 0);
      caches[`promptKeys.${i}`] = prompt();
      caches[`promptValues.${i}`] = prompt();
      caches[`keys.${i}`] = own();
      caches[`values.${i}`] = own();
    }
    return caches;
  });
}

/**
 * One block of a cache of new tokens. On a CPU the kernel shares memory with the cache, because the block is a run of the
 * first axis whose steps are a multiple of 64 bytes.
 * @param cache [R K N, C] @returns [R K, size, C]
 */
export function blockOf(cache: Tensor, { start, size }: SlotBlock, newSlots: number): Tensor3D {
  const [length, C] = cache.shape as [number, number];
  const numRows = length / newSlots; // R K
  const runs = tf.reshape(cache, [length / SLOT_STEP, SLOT_STEP * C]);
  const run = tf.slice(runs, [(numRows * start) / SLOT_STEP, 0], [(numRows * size) / SLOT_STEP, SLOT_STEP * C]);
  return tf.reshape(run, [numRows, size, C]);
}

/**
 * Where a slot of each row lies in a cache of new tokens: place = base[slot] + row · stride[slot].
 * @param numRows R K @returns int32 [N] each
 */
export function slotPlaces(
  newSlots: number,
  numRows: number,
): { readonly base: Int32Array; readonly stride: Int32Array } {
  const base = new Int32Array(newSlots);
  const stride = new Int32Array(newSlots);
  for (const { start, size } of slotBlocks(newSlots)) {
    for (let slot = start; slot < start + size; slot++) {
      base[slot] = numRows * start + slot - start;
      stride[slot] = size;
    }
  }
  return { base, stride };
}

/**
 * Overwrites rows of a matrix in place: no copy of a cache is ever made. Whoever reads `x` in the same graph must do so
 * before, which holds when `rows` or `values` depend on what was read; the result must be used from here on.
 * @param x float32 [N, M] @param rows int32 [K], of which equal ones get equal values @param values [K, M]
 * @returns x
 */
export function writeRows(x: Tensor, rows: Tensor, values: Tensor): Tensor {
  return backend.executeSingleOutput('InplaceUpdate', [typeAttr('T', backend.binding.TF_FLOAT)], [x, rows, values]);
}
