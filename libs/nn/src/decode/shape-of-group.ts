import type { ModelConfig } from '../model-config.ts';
import { SLOT_STEP, TILE_ROWS, type DecodeShape } from './decode-shape.ts';
import { checkOneRowFits, fitsInMemory, type MemoryLimits } from './memory-plan.ts';
import type { SampleGroup } from './sample-group.ts';

/** Most steps per call: what is recorded grows with it. */
const MAX_CHUNK_STEPS = 4;

/**
 * Floating-point operations that hide what a call costs besides: some tens of milliseconds of a processor's time. No more,
 * because finished rows leave and aborts are seen between calls.
 */
const CHUNK_FLOPS = { cpu: 4e9, gpu: 4e12 } as const;

/**
 * Floating-point operations after which a call ends and other work has its turn: about half a second of two cores, or of
 * a small GPU. A step, or a prompt, that takes more is computed in several calls, some blocks of the model each. Counted,
 * not measured, so that the same request runs the same graphs on a busy machine as on an idle one.
 */
const OPERATIONS_PER_CALL = { cpu: 3e10, gpu: 4e12 } as const;

/** For fewer rows a product takes no less: reading the weights is what takes the time. */
const LEAST_ROWS_OF_COST = 16;

/** What a sampler allows its graphs. */
export interface DecodeLimits extends MemoryLimits {
  /** Rows wanted; models that need too much memory for so many get fewer. */
  readonly rows: number;
  /** Floating-point operations after which a call ends, if anything is left to be split. Default as the device is. */
  readonly operationsPerCall?: number | undefined;
}

/** Floating-point operations after which a call ends, if anything is left to be split. */
export function operationsPerCallOf({ device, operationsPerCall }: DecodeLimits): number {
  return operationsPerCall ?? OPERATIONS_PER_CALL[device];
}

/**
 * The shape that a group is decoded in.
 * @throws {DeviceMemoryError} when not even one row has room
 */
export function decodeShapeOf(group: SampleGroup, config: ModelConfig, limits: DecodeLimits): DecodeShape {
  const { promptIds, samples, maxNewTokens, temperature, topP, topK = 0 } = group;
  const { device } = limits;
  const operationsPerCall = operationsPerCallOf(limits);
  const promptSlots = powerOfTwoFrom(32, promptIds.length - 1);
  const slots = {
    promptSlots,
    promptLayersPerCall: layersPerCallFor(config, promptSlots, promptSlots, operationsPerCall),
    newSlots: Math.ceil(maxNewTokens / SLOT_STEP) * SLOT_STEP,
    cut: temperature > 0 && (topP < 1 || (topK > 0 && topK < config.vocabSize)),
  };
  const withRows = (rows: number): DecodeShape => {
    const chunkSteps = chunkStepsFor(config, rows, Math.min(CHUNK_FLOPS[device], operationsPerCall));
    return {
      ...slots,
      rows,
      tiles: Math.ceil((2 * rows) / TILE_ROWS),
      chunkSteps,
      layersPerCall:
        chunkSteps > 1
          ? config.numLayers
          : layersPerCallFor(config, rows, promptSlots + slots.newSlots, operationsPerCall),
    };
  };
  let shape = withRows(limits.rows);
  while (shape.rows > 1 && !fitsInMemory(config, shape, limits)) {
    shape = withRows(2 ** (Math.ceil(Math.log2(shape.rows)) - 1));
  }
  checkOneRowFits(config, shape, limits);
  const suited = { ...shape, tiles: tilesFor(shape.rows, samples.length) };
  return fitsInMemory(config, suited, limits) ? suited : shape;
}

/**
 * Enough tiles for all rows to be busy: a group of k rows sits in k / TILE_ROWS tiles, the last perhaps not full, and the
 * fewer samples groups have, the more groups are under way. The number of tiles does not touch a row's arithmetic, so it
 * may follow from the number of samples asked for; the number of rows may not.
 */
function tilesFor(rows: number, samples: number): number {
  const rowsPerTile = samples < 4 ? 1 : samples < 32 ? TILE_ROWS / 2 : 0.8 * TILE_ROWS;
  return Math.ceil(rows / rowsPerTile);
}

function chunkStepsFor(config: ModelConfig, rows: number, operations: number): number {
  const { numLayers, embedDim, vocabSize } = config;
  const weights = numLayers * layerWeights(config) + embedDim * vocabSize;
  const steps = 2 ** Math.floor(Math.log2(operations / (2 * weights * rows)));
  return Math.min(MAX_CHUNK_STEPS, Math.max(1, steps));
}

/** @param rows of a product @param slots that each of them attends to */
function layersPerCallFor(config: ModelConfig, rows: number, slots: number, operations: number): number {
  const { numLayers, numHeads, headDim } = config;
  const products = 2 * Math.max(rows, LEAST_ROWS_OF_COST) * layerWeights(config);
  const attention = 4 * rows * slots * numHeads * headDim;
  return Math.min(numLayers, Math.max(1, Math.floor(operations / (products + attention))));
}

/** Numbers in the matrices of one block, from above. */
function layerWeights({ embedDim, innerDim }: ModelConfig): number {
  return embedDim * (4 * embedDim + 3 * innerDim);
}

function powerOfTwoFrom(least: number, count: number): number {
  let size = least;
  while (size < count) size *= 2;
  return size;
}
