import type { ModelConfig } from '../model-config.ts';
import { SLOT_STEP, TILE_ROWS, type DecodeShape } from './decode-shape.ts';
import { checkOneRowFits, fitsInMemory } from './memory-plan.ts';
import type { SampleGroup } from './sample-group.ts';

/** Most steps per call: what is recorded grows with it. */
const MAX_CHUNK_STEPS = 4;

/**
 * Floating-point operations that hide what a call costs besides: some tens of milliseconds of a processor's time. No more,
 * because finished rows leave and aborts are seen between calls.
 */
const CHUNK_FLOPS = { cpu: 4e9, gpu: 4e12 } as const;

/** What a sampler allows its graphs. */
export interface DecodeLimits {
  /** Rows wanted; models that need too much memory for so many get fewer. */
  readonly rows: number;
  /** Bytes for weights, caches and intermediate results of one graph. */
  readonly memoryBytes: number;
  readonly device: 'cpu' | 'gpu';
}

/**
 * The shape that a group is decoded in.
 * @throws {DeviceMemoryError} when not even one row has room
 */
export function decodeShapeOf(group: SampleGroup, config: ModelConfig, limits: DecodeLimits): DecodeShape {
  const { promptIds, samples, maxNewTokens, temperature, topP, topK = 0 } = group;
  const slots = {
    promptSlots: powerOfTwoFrom(32, promptIds.length - 1),
    newSlots: Math.ceil(maxNewTokens / SLOT_STEP) * SLOT_STEP,
    cut: temperature > 0 && (topP < 1 || (topK > 0 && topK < config.vocabSize)),
  };
  const withRows = (rows: number): DecodeShape => ({
    ...slots,
    rows,
    tiles: Math.ceil((2 * rows) / TILE_ROWS),
    chunkSteps: chunkStepsFor(config, rows, limits.device),
  });
  let shape = withRows(limits.rows);
  while (shape.rows > 1 && !fitsInMemory(config, shape, limits.memoryBytes)) {
    shape = withRows(2 ** (Math.ceil(Math.log2(shape.rows)) - 1));
  }
  checkOneRowFits(config, shape, limits.memoryBytes);
  const suited = { ...shape, tiles: tilesFor(shape.rows, samples.length) };
  return fitsInMemory(config, suited, limits.memoryBytes) ? suited : shape;
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

function chunkStepsFor(config: ModelConfig, rows: number, device: DecodeLimits['device']): number {
  const { numLayers, embedDim, innerDim, vocabSize } = config;
  const weights = numLayers * embedDim * (4 * embedDim + 3 * innerDim) + embedDim * vocabSize;
  const steps = 2 ** Math.floor(Math.log2(CHUNK_FLOPS[device] / (2 * weights * rows)));
  return Math.min(MAX_CHUNK_STEPS, Math.max(1, steps));
}

function powerOfTwoFrom(least: number, count: number): number {
  let size = least;
  while (size < count) size *= 2;
  return size;
}
