import { afterEach, describe, expect, test } from 'vitest';
import { goldenModel } from '../testing/golden.ts';
import { drawAll, groupOf } from '../testing/samples.ts';
import { smallCodegen } from '../testing/small-config.ts';
import { tf } from '../tf.ts';
import type { DecodeShape } from './decode-shape.ts';
import {
  cacheBytes,
  checkWeightsFit,
  fitsInMemory,
  graphsBytes,
  numGraphsBeside,
  weightBytes,
  workingBytes,
} from './memory-plan.ts';
import { Sampler } from './sampler.ts';

const config = smallCodegen({
  numLayers: 2, embedDim: 64, numHeads: 4, innerDim: 256, vocabSize: 512, maxPositions: 256,
}); // prettier-ignore
const shape: DecodeShape = {
  rows: 8,
  tiles: 2,
  promptSlots: 64,
  newSlots: 64,
  chunkSteps: 4,
  layersPerCall: 2,
  promptLayersPerCall: 2,
  cut: false,
};
const W = weightBytes(config);
const [caches, working] = [cacheBytes(config, shape), workingBytes(config, shape)];

test('on a CPU graphs share the weights, on a GPU each has its own beside those it was made from', () => {
  expect(graphsBytes(config, [], { device: 'cpu' })).toBe(W);
  expect(graphsBytes(config, [shape, shape, shape], { device: 'cpu' })).toBe(W + 3 * caches + working);
  expect(graphsBytes(config, [], { device: 'gpu' })).toBe(W);
  expect(graphsBytes(config, [shape, shape, shape], { device: 'gpu' })).toBe(4 * W + 3 * caches + working);
  expect(graphsBytes(config, [shape], { device: 'cpu', products: 'bfloat16' })).toBe(1.5 * W + caches + working);
});

test.each([
  ['cpu', 1],
  ['gpu', 2],
] as const)('on a %s a model is refused unless its weights leave room, counted %d times', (device, copies) => {
  expect(() => checkWeightsFit(config, { device, memoryBytes: copies * W + 1 })).not.toThrow();
  expect(() => checkWeightsFit(config, { device, memoryBytes: copies * W })).toThrow('the model needs');
  const memoryBytes = copies * W + caches + working;
  expect(fitsInMemory(config, shape, { device, memoryBytes })).toBe(true);
  expect(fitsInMemory(config, shape, { device, memoryBytes: memoryBytes - 1 })).toBe(false);
});

test.each([
  ['cpu', W, 0],
  ['gpu', 2 * W, W],
] as const)('on a %s other graphs stay as far as memory goes', (device, weights, each) => {
  const with2 = weights + caches + working + 2 * (each + caches);
  const others = [shape, shape, shape];
  expect(numGraphsBeside(config, shape, others, { device, memoryBytes: with2 })).toBe(2);
  expect(numGraphsBeside(config, shape, others, { device, memoryBytes: with2 - 1 })).toBe(1);
  expect(numGraphsBeside(config, shape, others, { device, memoryBytes: 2 ** 40 })).toBe(3);
});

test('a long prompt is planned by its blocks of queries, not by all its scores', () => {
  const long = { ...shape, rows: 1, promptSlots: 2 ** 15 };
  expect(workingBytes(config, long)).toBeLessThan(4 * config.numHeads * 2 ** 30);
});

describe('a sampler beside another', () => {
  const golden = goldenModel();
  const options = { ...golden, rows: 4, memoryBytes: 2 ** 30 };
  const groups = [groupOf({ count: 4 })];
  let sampler: Sampler | undefined;
  afterEach(() => sampler?.dispose());

  test('lets go of graphs that are not in use, and makes them again', async () => {
    const group = groupOf({ count: 4, maxNewTokens: 40 });
    const alone = Sampler.plannedBytes(options, group);
    expect(alone).toBeGreaterThan(Sampler.plannedBytes(options));
    sampler = Sampler.create(options);
    const numTensors = tf.memory().numTensors;
    const before = await drawAll(sampler, groups);
    expect(sampler.leave(2 ** 30 - alone)).toBe(true);
    sampler.scoreTokens([Int32Array.of(1, 2)]);
    expect(sampler.leave(2 ** 30 - Sampler.plannedBytes(options))).toBe(true);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(sampler.leave(2 ** 30)).toBe(false);
    expect(await drawAll(sampler, groups)).toEqual(before);
  });

  test('keeps the graph that is in use', async () => {
    sampler = Sampler.create(options);
    const before = await drawAll(sampler, groups);
    const drawing = sampler.sample([groupOf({ count: 4 })], {
      onSample: () => expect(sampler!.leave(2 ** 30)).toBe(false),
    });
    await drawing;
    expect(await drawAll(sampler, groups)).toEqual(before);
  });
});
