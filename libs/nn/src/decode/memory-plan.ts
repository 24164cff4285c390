import { DeviceMemoryError, inMebibytes } from '../device-memory-error.ts';
import { parametersOf } from '../families/index.ts';
import type { ModelConfig } from '../model-config.ts';
import { sizeOf } from '../named-array.ts';
import type { DecodeShape } from './decode-shape.ts';

const FLOAT_BYTES = 4;

/** Bytes of a model's weights as decoding holds them: a tied head is an array of its own here. */
export function weightBytes(config: ModelConfig): number {
  const sizes = parametersOf(config).map(({ shape }) => sizeOf(shape));
  const head = config.tiedHead ? config.embedDim * config.vocabSize : 0;
  return FLOAT_BYTES * sizes.reduce((sum, size) => sum + size, head);
}

/** Bytes of a graph's keys and values. */
export function cacheBytes(config: ModelConfig, { rows, tiles, promptSlots, newSlots }: DecodeShape): number {
  const { numLayers, numKeyValueHeads, headDim } = config;
  return FLOAT_BYTES * 2 * numLayers * numKeyValueHeads * headDim * (tiles * promptSlots + rows * newSlots);
}

/**
 * Bytes of intermediate results that may be alive at once, from above: of a decoding step the logits in their stages and
 * one layer's inputs and scores, or of a prefill one layer's inputs and scores.
 */
export function workingBytes(config: ModelConfig, { rows, promptSlots: P, newSlots, cut }: DecodeShape): number {
  const { embedDim, numHeads, headDim, innerDim, vocabSize } = config;
  const layer = 4 * (embedDim + 3 * numHeads * headDim + 3 * innerDim);
  const logits = (cut ? 10 : 6) * vocabSize;
  const step = rows * Math.max(layer + 4 * numHeads * (P + newSlots), logits);
  const prefill = P * (layer + 3 * numHeads * P);
  return FLOAT_BYTES * Math.max(step, prefill);
}

/** Whether weights, caches and intermediate results of one graph stay below `memoryBytes`. */
export function fitsInMemory(config: ModelConfig, shape: DecodeShape, memoryBytes: number): boolean {
  return neededBytes(config, shape) <= memoryBytes;
}

/** @throws {DeviceMemoryError} unless the shape fits, which its caller has reduced to one row if it had to */
export function checkOneRowFits(config: ModelConfig, shape: DecodeShape, memoryBytes: number): void {
  if (fitsInMemory(config, shape, memoryBytes)) return;
  const { promptSlots, newSlots } = shape;
  const parts = [
    `${inMebibytes(weightBytes(config))} of weights`,
    `${inMebibytes(cacheBytes(config, shape))} of keys and values`,
    `${inMebibytes(workingBytes(config, shape))} of intermediate results`,
  ];
  const place = `one sample of ${promptSlots} + ${newSlots} tokens (${parts.join(', ')})`;
  throw new DeviceMemoryError(neededBytes(config, shape), memoryBytes, place);
}

/** @throws {DeviceMemoryError} unless the weights leave some memory */
export function checkWeightsFit(config: ModelConfig, memoryBytes: number): void {
  const needed = weightBytes(config);
  if (needed >= memoryBytes) throw new DeviceMemoryError(needed, memoryBytes, 'the model');
}

/**
 * How many of other graphs, the last first, may keep their caches beside one of this shape, which fits. Each has its own
 * caches; weights and intermediate results are there once, because on a CPU they are shared and one graph runs at a time.
 */
export function numGraphsBeside(
  config: ModelConfig,
  shape: DecodeShape,
  others: readonly DecodeShape[],
  memoryBytes: number,
): number {
  const working = Math.max(...[shape, ...others].map((each) => workingBytes(config, each)));
  let left = memoryBytes - weightBytes(config) - cacheBytes(config, shape) - working;
  let count = 0;
  for (const other of others.toReversed()) {
    left -= cacheBytes(config, other);
    if (left < 0) break;
    count++;
  }
  return count;
}

function neededBytes(config: ModelConfig, shape: DecodeShape): number {
  return weightBytes(config) + cacheBytes(config, shape) + workingBytes(config, shape);
}
