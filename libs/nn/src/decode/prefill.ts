import { gatherRows } from '../kernels.ts';
import { causalMask, queryBlocks } from '../layers/attention-mask.ts';
import type { AttentionBlock } from '../layers/attention-plan.ts';
import { rotaryTables } from '../layers/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '../tf.ts';
import { writeRows } from './cache.ts';
import type { FoldedTensors } from './decode-block.ts';
import { decodeFamilyOf } from './decode-families.ts';
import type { DecodeShape, LayerRun } from './decode-shape.ts';

/**
 * Runs a prompt once and writes its keys and values into tiles.
 *
 * @param ids int32 [P], padded on the right with any id: slots beyond the prompt are never looked at
 * @param tiles int32 [E], perhaps repeated
 * @param tensors weights and caches; and `promptStream`, where `run` does not begin with the first block
 * @param run the blocks of the model that this call computes
 * @returns their caches of prompts, by name; and `promptStream` [P, D] where the next call goes on from it; the caller
 *   disposes them
 */
export function prefill(
  { ids, tiles }: { readonly ids: Tensor; readonly tiles: Tensor },
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
  { first, end }: LayerRun,
): Record<string, Tensor> {
  const { headDim: C, numLayers, rotary } = config;
  const { promptSlots: P } = shape;
  const family = decodeFamilyOf(config);
  return tf.tidy(() => {
    const positions = Array.from({ length: P }, (_, i) => i);
    const { cos, sin } = rotaryTables(positions, { headDim: C, rotary });
    const tables = { cos: tf.reshape(cos, [P, 1, C]), sin: tf.reshape(sin, [P, 1, C]) };
    const blocks = queryBlocks(P).map((range) => ({ ...range, mask: causalMask(range) }));
    const caches: Record<string, Tensor> = {};
    let x = (first === 0 ? gatherRows(tensors['embedding']!, ids) : tensors['promptStream']!) as Tensor2D; // [P, D]
    for (let layer = first; layer < end; layer++) {
      // Freed layer by layer: recording runs this once, and a long prompt's scores are large.
      const done = tf.tidy(() => {
        const { queries, keys, values, rest } = family.inputs(x, layer, tensors, config, tables);
        const k = keyHeads(keys, config); // [K, P, C]
        const v = keyHeads(values, config); // [K, P, C]
        const promptKeys = writeTiles(tensors[`promptKeys.${layer}`]!, tiles, k, shape);
        const promptValues = writeTiles(tensors[`promptValues.${layer}`]!, tiles, v, shape);
        // Decoding starts from the prompt's last token: of the last layer nothing more is needed.
        if (layer === numLayers - 1) return { promptKeys, promptValues, x };
        const attended = promptAttention(queries, k, v, blocks, config);
        return { promptKeys, promptValues, x: family.output(x, attended, rest, layer, tensors, config) };
      });
      x = done.x;
      caches[`promptKeys.${layer}`] = done.promptKeys;
      caches[`promptValues.${layer}`] = done.promptValues;
    }
    return end === numLayers ? caches : { ...caches, promptStream: x };
  });
}

/** [P, K C] as [K, P, C] */
function keyHeads(x: Tensor2D, { numKeyValueHeads: K, headDim: C }: ModelConfig): Tensor3D {
  return tf.transpose(tf.reshape(x, [x.shape[0], K, C]), [1, 0, 2]) as Tensor3D;
}

/**
 * Causal attention of a prompt's tokens over themselves, block of queries by block.
 * @param queries [P, H C], scaled and rotated @param k [K, P, C], rotated @param v [K, P, C] @returns [P, H C]
 */
function promptAttention(
  queries: Tensor2D,
  k: Tensor3D,
  v: Tensor3D,
  blocks: readonly AttentionBlock[],
  { numHeads: H, numKeyValueHeads: K, headDim: C }: ModelConfig,
): Tensor2D {
  const [P] = queries.shape;
  const heads = tf.transpose(tf.reshape(queries, [P, H, C]), [1, 0, 2]) as Tensor3D; // [H, P, C]
  const attended = blocks.map(({ start, end, mask }) =>
    tf.tidy(() => {
      const t = end - start;
      const grouped = [K, (H / K) * t] as const;
      const q = tf.reshape(tokensOf(heads, start, end), [...grouped, C]);
      const scores = tf.reshape(tf.matMul(q, tokensOf(k, 0, end), false, true), [H, t, end]);
      const probabilities = tf.reshape(tf.softmax(tf.add(scores, mask)), [...grouped, end]);
      return tf.reshape(tf.matMul(probabilities, tokensOf(v, 0, end)), [H, t, C]);
    }),
  );
  return tf.reshape(tf.transpose(tf.concat(attended, 1), [1, 0, 2]), [P, H * C]);
}

/** x[:, start:end] of heads [H, P, C]; x itself where that is all of it. */
function tokensOf(x: Tensor3D, start: number, end: number): Tensor3D {
  if (start === 0 && end === x.shape[1]) return x;
  return tf.slice(x, [0, start, 0], [-1, end - start, -1]);
}

/**
 * Copies a tile's prompt to other tiles.
 * @param source int32 [1] @param tiles int32 [E], perhaps repeated
 * @returns the caches of prompts, by name; the caller disposes them
 */
export function copyTile(
  { source, tiles }: { readonly source: Tensor; readonly tiles: Tensor },
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
): Record<string, Tensor> {
  const names = Array.from({ length: config.numLayers }, (_, i) => [`promptKeys.${i}`, `promptValues.${i}`]).flat();
  return tf.tidy(() =>
    Object.fromEntries(
      names.map((name) => {
        const cache = tensors[name]!;
        const tile = gatherRows(tf.reshape(cache, [shape.tiles, cache.size / shape.tiles]), source);
        return [name, writeTiles(cache, tiles, tile, shape)];
      }),
    ),
  );
}

/** Writes one tile's numbers into several. @param cache [T K P, C] @param tile K P C numbers in any shape */
function writeTiles(cache: Tensor, tiles: Tensor, tile: Tensor, shape: DecodeShape): Tensor {
  const [E] = tiles.shape as [number];
  const size = cache.size / shape.tiles; // K P C
  const copies = tf.tile(tf.reshape(tile, [1, size]), [E, 1]);
  return tf.reshape(writeRows(tf.reshape(cache, [shape.tiles, size]), tiles, copies), cache.shape);
}
