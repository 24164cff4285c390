import type { ModelConfig } from '../model-config.ts';
import type { SampleGroup } from './sample-group.ts';

/**
 * What a decoding graph is recorded for. It follows from a group's own prompt and parameters, never from other groups in
 * the batch: another shape may sum in another order, and then a text would depend on its neighbours.
 */
export interface DecodeShape {
  /** Samples side by side, R. */
  readonly rows: number;
  /** Cache slots for the prompt without its last token. */
  readonly promptSlots: number;
  /** Cache slots for the prompt's last token and all new tokens but the last. A multiple of CHUNK_STEPS. */
  readonly newSlots: number;
  /** Whether tokens outside of top-p are cut off, which needs a sort. */
  readonly nucleus: boolean;
}

/** Decoding steps per call of a graph: few enough to drop finished rows soon, enough to hide the call. */
export const CHUNK_STEPS = 8;

/** Caches are kept below this by having fewer rows. */
const MAX_CACHE_BYTES = 2 ** 31;

/** The shape that a group is decoded in. @param rows wanted; large models get fewer */
export function decodeShapeOf(group: SampleGroup, config: ModelConfig, rows: number): DecodeShape {
  const promptSlots = powerOfTwoFrom(32, group.promptIds.length - 1);
  const newSlots = Math.ceil(group.maxNewTokens / 32) * 32;
  const rowBytes = 2 * 4 * config.numLayers * config.embedDim * (promptSlots + newSlots);
  const affordable = 2 ** Math.max(0, Math.floor(Math.log2(MAX_CACHE_BYTES / rowBytes)));
  return { rows: Math.min(rows, affordable), promptSlots, newSlots, nucleus: group.topP < 1 && group.temperature > 0 };
}

/** Text that is equal for equal shapes. */
export function shapeKey({ rows, promptSlots, newSlots, nucleus }: DecodeShape): string {
  return `${rows} rows, ${promptSlots} + ${newSlots} slots${nucleus ? ', nucleus' : ''}`;
}

function powerOfTwoFrom(least: number, count: number): number {
  let size = least;
  while (size < count) size *= 2;
  return size;
}
