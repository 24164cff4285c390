import { describe, expect, test } from 'vitest';
import { GOLDEN_MODELS, goldenModel } from '../testing/golden.ts';
import '../testing/matchers.ts';
import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import { emptyCache } from './cache.ts';
import { cachedAttention } from './cached-attention.ts';
import { TILE_ROWS, type DecodeShape } from './decode-shape.ts';
import { decodeSteps } from './decode-steps.ts';
import { drawTokens } from './draw-tokens.ts';
import { foldedTensors } from './folded-tensors.ts';
import { blockSizeOf } from './inverse-cdf.ts';
import { copyTile, prefill } from './prefill.ts';

const shape: DecodeShape = {
  rows: 3,
  tiles: 2,
  promptSlots: 32,
  newSlots: 32,
  chunkSteps: 2,
  layersPerCall: 2,
  promptLayersPerCall: 2,
  cut: false,
};
const { rows: R, tiles: T, promptSlots: P, newSlots, chunkSteps } = shape;

describe.each(GOLDEN_MODELS)('of %s', (name) => {
  const { config, weights } = goldenModel(name);
  const { numLayers: L, numHeads: H, numKeyValueHeads: K, headDim: C } = config;
  const tensors = tf.tidy(() => ({ ...foldedTensors(config, weights), ...emptyCache(config, shape) }));
  const ints = (dims: number[]): Tensor => tf.zeros(dims, 'int32');
  const seating = {
    rowOfSeat: ints([T * K * TILE_ROWS]),
    seatOfRow: tf.tensor1d(Array.from({ length: R * K }, (_, i) => i), 'int32'),
  }; // prettier-ignore
  const inputs = {
    ids: ints([R]),
    prefilled: tf.ones([R, 1], 'int32'),
    drawn: ints([R, 1]),
    uniforms: tf.fill([R, chunkSteps], 0.5),
    inverseTemperatures: tf.ones([R, 1]),
    ...seating,
  };
  const [ids, tiles, source] = [ints([P]), ints([2]), ints([1])];
  const queries: Tensor2D = tf.ones([R, H * C]);
  const at = { mask: tf.zeros([R, 1, P + newSlots]), seating, visibleBlocks: 1 };
  const layer = {
    promptKeys: tensors['promptKeys.0']!,
    promptValues: tensors['promptValues.0']!,
    keys: tensors['keys.0']!,
    values: tensors['values.0']!,
  };
  const logits: Tensor2D = tf.ones([R, 64]);
  const parameters = { uniforms: tf.fill([R, 1], 0.5), inverseTemperatures: tf.ones([R, 1]) };
  const cut = { topP: tf.fill([R, 1], 0.5), topK: tf.fill([R, 1], 5, 'int32') };
  const whole = { first: 0, end: L };

  test.each<[string, number, () => unknown]>([
    ['emptyCache: four of each layer', 4 * L, () => emptyCache(config, shape)],
    ['prefill: two caches of each layer', 2 * L, () => prefill({ ids, tiles }, tensors, config, shape, whole)],
    ['prefill of the first block: and the stream', 3, () => prefill({ ids, tiles }, tensors, config, shape, { first: 0, end: 1 })],
    ['copyTile: two caches of each layer', 2 * L, () => copyTile({ source, tiles }, tensors, config, shape)],
    ['cachedAttention', 1, () => cachedAttention(queries, layer, at, config, shape)],
    ['decodeSteps: ids, logprobs, two caches of each layer', 2 + 2 * L, () => decodeSteps(inputs, tensors, config, shape, 1, whole)],
    ['drawTokens: ids and logprobs', 2, () => drawTokens(logits, { ...parameters, topP: undefined, topK: undefined }, blockSizeOf(64))],
    ['drawTokens that cuts: the same', 2, () => drawTokens(logits, { ...parameters, ...cut }, blockSizeOf(64))],
  ])('%s: %d tensors', (_, count, run) => {
    expect(run).toAllocate(count);
  }); // prettier-ignore
});
