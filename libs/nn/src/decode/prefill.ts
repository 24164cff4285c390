import { gatherRows } from '../kernels.ts';
import { rotaryTables } from '../layers/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '../tf.ts';
import { writeRows } from './cache.ts';
import type { FoldedTensors } from './decode-block.ts';
import { decodeFamilyOf } from './decode-families.ts';
import type { DecodeShape, LayerRun } from './decode-shape.ts';

/** Added to the score of a token that comes later. */
const MASKED = -1e30;

/** The caches of prompts, of all layers. */
export function promptCacheNames({ numLayers }: ModelConfig): string[] {
  return Array.from({ length: numLayers }, (_, i) => [`promptKeys.${i}`, `promptValues.${i}`]).flat();
}

/**
 * Runs a prompt once and writes its keys and values into tiles.
 *
 * @param ids int32 [P], padded on the right with any id: slots beyond the prompt are never looked at
 * @param tiles int32 [E], perhaps repeated
 * @param tensors weights and caches; and `promptStream`, where `run` does not begin with the first block
 * @param run the blocks of the model that this call computes
 * @returns their caches of prompts, by name; and `promptStream` [P, D] where the next call goes on from it
 */
export function prefill(
  { ids, tiles }: { readonly ids: Tensor; readonly tiles: Tensor },
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
  { first, end }: LayerRun,
): Record<string, Tensor> {
  const { numHeads: H, numKeyValueHeads: K, headDim: C, numLayers, rotary } = config;
  const { promptSlots: P } = shape;
  const G = H / K;
  const family = decodeFamilyOf(config);
  const positions = Array.from({ length: P }, (_, i) => i);
  const { cos, sin } = rotaryTables(positions, { headDim: C, rotary });
  const tables = { cos: tf.reshape(cos, [P, 1, C]), sin: tf.reshape(sin, [P, 1, C]) };
  const mask = causalMask(P); // [P, P]
  const caches: Record<string, Tensor> = {};
  const store = (name: string, heads: Tensor): void => {
    caches[name] = writeTiles(tensors[name]!, tiles, tf.reshape(heads, [1, K * P * C]), shape);
  };

  let x = (first === 0 ? gatherRows(tensors['embedding']!, ids) : tensors['promptStream']!) as Tensor2D; // [P, D]
  for (let layer = first; layer < end; layer++) {
    const { queries, keys, values, rest } = family.inputs(x, layer, tensors, config, tables);
    const k = tf.transpose(tf.reshape(keys, [P, K, C]), [1, 0, 2]); // [K, P, C]
    const v = tf.transpose(tf.reshape(values, [P, K, C]), [1, 0, 2]); // [K, P, C]
    store(`promptKeys.${layer}`, k);
    store(`promptValues.${layer}`, v);
    if (layer === numLayers - 1) return caches; // decoding starts from the prompt's last token: nothing more is needed
    const q = tf.reshape(tf.transpose(tf.reshape(queries, [P, H, C]), [1, 0, 2]), [K, G * P, C]);
    const scores = tf.reshape(tf.matMul(q, k, false, true), [H, P, P]);
    const probabilities = tf.reshape(tf.softmax(tf.add(scores, mask)), [K, G * P, P]);
    const heads = tf.reshape(tf.matMul(probabilities, v), [H, P, C]) as Tensor3D;
    x = family.output(x, tf.reshape(tf.transpose(heads, [1, 0, 2]), [P, H * C]), rest, layer, tensors, config);
  }
  return { ...caches, promptStream: x };
}

/**
 * Copies a tile's prompt to other tiles.
 * @param source int32 [1] @param tiles int32 [E], perhaps repeated
 * @returns the caches of prompts, by name
 */
export function copyTile(
  { source, tiles }: { readonly source: Tensor; readonly tiles: Tensor },
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
): Record<string, Tensor> {
  return Object.fromEntries(
    promptCacheNames(config).map((name) => {
      const cache = tensors[name]!;
      const tile = gatherRows(tf.reshape(cache, [shape.tiles, cache.size / shape.tiles]), source);
      return [name, writeTiles(cache, tiles, tile, shape)];
    }),
  );
}

/** @param cache [T K P, C] @param tile [1, K P C] */
function writeTiles(cache: Tensor, tiles: Tensor, tile: Tensor, shape: DecodeShape): Tensor {
  const [E] = tiles.shape as [number];
  const flat = tf.reshape(cache, [shape.tiles, cache.size / shape.tiles]);
  return tf.reshape(writeRows(flat, tiles, tf.tile(tile, [E, 1])), cache.shape);
}

function causalMask(size: number): Tensor2D {
  const mask = new Float32Array(size * size);
  for (let row = 0; row < size; row++) mask.fill(MASKED, row * size + row + 1, (row + 1) * size);
  return tf.tensor2d(mask, [size, size]);
}
