import type { ProductPrecision } from '../compile/dtype.ts';
import { DeviceMemoryError, inMebibytes } from '../device-memory-error.ts';
import { countParameters } from '../families/model-families.ts';
import { queryBlockSize } from '../layers/attention-mask.ts';
import type { ModelConfig } from '../model-config.ts';
import type { DecodeShape } from './decode-shape.ts';

const FLOAT_BYTES = 4;

/** Bytes of a model's weights as decoding holds them: a tied head is an array of its own here. */
export function weightBytes(config: ModelConfig): number {
  const head = config.tiedHead ? config.embedDim * config.vocabSize : 0;
  return FLOAT_BYTES * (countParameters(config) + head);
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
  const prefill = P * (layer + 3 * numHeads * Math.min(P, queryBlockSize(P)));
  return FLOAT_BYTES * Math.max(step, prefill);
}

/** What tensors may take, and where. */
export interface MemoryLimits {
  /** Bytes for weights, caches and intermediate results. */
  readonly memoryBytes: number;
  readonly device: 'cpu' | 'gpu';
  /** What products are computed in; float32 if left out. */
  readonly products?: ProductPrecision | undefined;
}

/** What memory a model takes depends on besides its shape. */
type Computing = Pick<MemoryLimits, 'device' | 'products'>;

/** Whether weights, caches and intermediate results of one graph stay below the limit. */
export function fitsInMemory(config: ModelConfig, shape: DecodeShape, limits: MemoryLimits): boolean {
  return graphsBytes(config, [shape], limits) <= limits.memoryBytes;
}

/** @throws {DeviceMemoryError} unless the shape fits, which its caller has reduced to one row if it had to */
export function checkOneRowFits(config: ModelConfig, shape: DecodeShape, limits: MemoryLimits): void {
  if (fitsInMemory(config, shape, limits)) return;
  const { promptSlots, newSlots } = shape;
  const parts = [
    `${inMebibytes(weightCopiesBytes(config, limits, 1))} of weights`,
    `${inMebibytes(cacheBytes(config, shape))} of keys and values`,
    `${inMebibytes(workingBytes(config, shape))} of intermediate results`,
  ];
  const place = `one sample of ${promptSlots} + ${newSlots} tokens (${parts.join(', ')})`;
  throw new DeviceMemoryError(graphsBytes(config, [shape], limits), limits.memoryBytes, place);
}

/** @throws {DeviceMemoryError} unless the weights leave some memory */
export function checkWeightsFit(config: ModelConfig, limits: MemoryLimits): void {
  const needed = weightCopiesBytes(config, limits, 1);
  if (needed >= limits.memoryBytes) throw new DeviceMemoryError(needed, limits.memoryBytes, 'the model');
}

/**
 * How many of other graphs, the last first, may stay beside one of this shape, which fits. Each has its own caches, and
 * on a GPU its own weights; intermediate results are there once, because one graph runs at a time.
 */
export function numGraphsBeside(
  config: ModelConfig,
  shape: DecodeShape,
  others: readonly DecodeShape[],
  limits: MemoryLimits,
): number {
  let count = others.length;
  while (count > 0 && graphsBytes(config, [...others.slice(-count), shape], limits) > limits.memoryBytes) count--;
  return count;
}

/** Bytes that a sampler takes with these graphs; without one, its weights. */
export function graphsBytes(config: ModelConfig, shapes: readonly DecodeShape[], computing: Computing): number {
  const caches = shapes.reduce((sum, shape) => sum + cacheBytes(config, shape), 0);
  const working = Math.max(0, ...shapes.map((shape) => workingBytes(config, shape)));
  return weightCopiesBytes(config, computing, shapes.length) + caches + working;
}

/**
 * On a CPU all graphs share one copy of the weights. On a GPU each holds its own, beside the one that it was made from. In
 * bfloat16 there is their rounded form besides, while a call runs.
 */
function weightCopiesBytes(config: ModelConfig, { device, products }: Computing, numGraphs: number): number {
  const copies = device === 'gpu' ? 1 + numGraphs : 1;
  return weightBytes(config) * (copies + (products === 'bfloat16' && numGraphs > 0 ? 0.5 : 0));
}
