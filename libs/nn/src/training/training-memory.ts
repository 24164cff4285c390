import { DeviceMemoryError, inMebibytes } from '../device-memory-error.ts';
import { countParameters } from '../families/model-families.ts';
import type { ModelConfig } from '../model-config.ts';
import { inputWidth, roundUpRows, type BatchLayout, type BatchShape } from './batch.ts';
import type { WeightPrecision } from './weight-precision.ts';

const FLOAT_BYTES = 4;

/** What the size of a training step depends on besides the model. */
export interface TrainingMemoryBatch {
  /** Sequences in a batch. */
  readonly rows: number;
  /** Tokens of the longest sequence. */
  readonly tokens: number;
  /** As in `FineTunerOptions`; 0 as if left out. */
  readonly microBatchSize?: number | undefined;
  /** As in `FineTunerOptions`. A packed batch is taken to have as many rows as a padded one, the most that it can have. */
  readonly layout?: BatchLayout | undefined;
  /** As in `FineTunerOptions`. */
  readonly recompute?: boolean | undefined;
  /** As in `FineTunerOptions`. */
  readonly weightPrecision?: WeightPrecision | undefined;
}

/** Bytes of a training step, from above. */
export interface TrainingMemory {
  readonly weights: number;
  /** Both of Adam's. */
  readonly moments: number;
  /** Gradients, their sums over micro-batches, and the copies that a step makes of either. */
  readonly gradients: number;
  /** Everything that is held from the forward for the backward pass, and what is on its way in either. */
  readonly activations: number;
  /** TensorFlow's own: session, graphs, threads, and what its allocator keeps. */
  readonly runtime: number;
  readonly total: number;
}

/** Seen on models of 0.1 to 30 million parameters: 80 to 110 MiB. */
const RUNTIME_BYTES = 128 * 2 ** 20;

/**
 * What a training step takes at its peak, which is while its graph is recorded. Counted from the arrays that each layer
 * holds, and rounded up where TensorFlow chooses the order; compared with measured peaks in `bench/memory.bench.ts`. It
 * leaves out the program itself and arrays that the caller holds.
 */
export function trainingMemory(config: ModelConfig, batch: TrainingMemoryBatch): TrainingMemory {
  const { rows, tokens, layout = 'padded', recompute = false } = batch;
  const microBatchSize = batch.microBatchSize === 0 ? undefined : batch.microBatchSize;
  const shape: BatchShape = {
    layout,
    rows: roundUpRows(Math.min(rows, microBatchSize ?? rows)),
    tokens: inputWidth(config, tokens - 1),
  };
  const { weightPrecision = 'float32' } = batch;
  return shapeMemory(config, shape, { recompute, weightPrecision, accumulates: microBatchSize !== undefined });
}

/** What the memory of a micro-batch follows from besides model and shape. */
export interface MemorySettings {
  readonly recompute: boolean;
  readonly weightPrecision: WeightPrecision;
  /** Whether there are sums of gradients. */
  readonly accumulates: boolean;
}

/** {@link trainingMemory} of one micro-batch. */
export function shapeMemory(
  config: ModelConfig,
  shape: BatchShape,
  { recompute, weightPrecision, accumulates }: MemorySettings,
): TrainingMemory {
  const parameters = countParameters(config);
  // Gradients, what clipping makes of them, and the decayed weights; the sums; and changes that are rounded before they count.
  const copies = 3 + (accumulates ? 1 : 0) + (weightPrecision === 'bfloat16' ? 2 : 0);
  const bytes = {
    weights: FLOAT_BYTES * parameters,
    moments: FLOAT_BYTES * 2 * parameters,
    gradients: FLOAT_BYTES * copies * parameters,
    activations: FLOAT_BYTES * activations(config, shape, recompute),
    runtime: RUNTIME_BYTES,
  };
  return { ...bytes, total: Object.values(bytes).reduce((sum, part) => sum + part, 0) };
}

/**
 * Refuses a training step that has no room.
 * @throws {DeviceMemoryError} with the numbers, when the estimate is above `memoryBytes`
 */
export function requireTrainingMemory(config: ModelConfig, batch: TrainingMemoryBatch, memoryBytes: number): void {
  const { rows, tokens } = batch;
  refuseAbove(trainingMemory(config, batch), memoryBytes, `a training step of ${rows} × ${tokens} tokens`);
}

/** @throws {DeviceMemoryError} when the total is above `memoryBytes` */
export function refuseAbove(memory: TrainingMemory, memoryBytes: number, place: string): void {
  if (memory.total <= memoryBytes) return;
  const parts = (['weights', 'moments', 'gradients', 'activations', 'runtime'] as const).map(
    (part) => `${inMebibytes(memory[part])} of ${part}`,
  );
  throw new DeviceMemoryError(memory.total, memoryBytes, `${place} (${parts.join(', ')})`);
}

/** Numbers that are alive at once besides parameters and what is of their size. */
function activations(config: ModelConfig, { rows, tokens, layout }: BatchShape, recompute: boolean): number {
  const { numLayers, embedDim, numHeads, numKeyValueHeads, headDim, innerDim, vocabSize } = config;
  const places = rows * tokens;
  const block = Math.max(64, Math.ceil(tokens / 8));
  const scores = (rows * numHeads * tokens * Math.min(2 * tokens, tokens + block)) / 2;
  const attention = 2 * numHeads * headDim + 2 * numKeyValueHeads * headDim;
  // What a block holds for its gradient: norms and their results, heads, probabilities, the stages of the inner layer;
  const held = places * (4 * embedDim + attention + 4 * innerDim) + scores;
  // the gradients of all that, which stay while the graph is recorded;
  const gradients = places * (6 * embedDim + attention + 3 * innerDim);
  // and what one block's backward pass has on its way.
  const working = places * (6 * embedDim + 5 * attention + 4 * innerDim) + 4 * scores;
  const logits = 5 * places * vocabSize;
  const masks = (layout === 'packed' ? rows : 1) * 2 * tokens * tokens;
  const blocks = recompute ? 2 * numLayers * places * embedDim + held + gradients : numLayers * (held + gradients);
  return blocks + working + logits + masks;
}
