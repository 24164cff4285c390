import type { ModelConfig } from '../model-config.ts';
import { checkBatch } from './check-batch.ts';
import { ownRows, packRows, type Placement } from './place-sequences.ts';

/** Token sequences to learn from. */
export interface TrainingBatch {
  /** Token ids, at least one sequence. Each has at most `maxPositions` tokens; the first token is never a target. */
  readonly sequences: readonly Int32Array[];
  /** Per sequence and token: 1 where the token counts as a target. All but the first count where left out. */
  readonly lossMasks?: readonly Uint8Array[];
  /**
   * How much each kept target of a sequence counts, finite and at least 0; 1 where left out. The loss is
   * Σ weight · cross-entropy / Σ weight over the kept targets, so only ratios of weights matter.
   */
  readonly sequenceWeights?: readonly number[];
}

/**
 * `padded`: a row for each sequence. `packed`: several sequences in a row where they fit, each seeing only itself; loss
 * and gradients are the same but for rounding, and fewer places are computed in vain where lengths differ.
 */
export type BatchLayout = 'padded' | 'packed';

/** How batches are cut and laid out; fixed for a run, since each choice may add in another order. */
export interface BatchOptions {
  readonly layout: BatchLayout;
  /** Rows that are computed at a time; all of a batch's where left out. */
  readonly microBatchSize?: number | undefined;
}

/** The shape that a micro-batch is padded to. */
export interface BatchShape {
  readonly layout: BatchLayout;
  /** B */
  readonly rows: number;
  /** T: inputs per row, at least one less than the longest sequence has tokens, for its last one is only a target. */
  readonly tokens: number;
}

/** A part of a batch that is computed at once. */
export interface MicroBatch {
  readonly shape: BatchShape;
  /** Which sequences of the batch, and where each lies. */
  readonly sequences: readonly (Placement & { readonly index: number })[];
}

/**
 * Cuts a batch into micro-batches of few shapes, so that few graphs exist. Cut and shapes depend on nothing but the batch
 * and the options, so that the same batch gives the same bits in every process. Rows of like length share a micro-batch,
 * the longest first; a batch of at most `microBatchSize` rows is one micro-batch, in its own order.
 * @throws {RangeError} when the batch is empty, or holds an id, a length, a mask or a weight that the model cannot take
 */
export function microBatches(
  config: ModelConfig,
  batch: TrainingBatch,
  { layout, microBatchSize = Infinity }: BatchOptions,
): MicroBatch[] {
  checkBatch(config, batch);
  const lengths = batch.sequences.map(({ length }) => Math.max(0, length - 1));
  const width = inputWidth(config, Math.max(...lengths));
  const { rows, placements } = layout === 'packed' ? packRows(lengths, width) : ownRows(lengths);
  const placed = placements.map((placement, index) => ({ ...placement, index }));
  if (rows <= microBatchSize) return [{ shape: { layout, rows: roundUpRows(rows), tokens: width }, sequences: placed }];

  const ends = new Array<number>(rows).fill(0);
  for (const { row, start, index } of placed) ends[row] = Math.max(ends[row]!, start + lengths[index]!);
  const longestFirst = [...ends.keys()].toSorted((a, b) => ends[b]! - ends[a]! || a - b);
  const rowOf = new Int32Array(rows); // its place among all rows, the longest first
  for (const [place, row] of longestFirst.entries()) rowOf[row] = place;
  return Array.from({ length: Math.ceil(rows / microBatchSize) }, (_, part) => {
    const first = part * microBatchSize;
    const count = Math.min(microBatchSize, rows - first);
    const tokens = inputWidth(config, ends[longestFirst[first]!]!);
    const sequences = placed
      .map((place) => ({ ...place, row: rowOf[place.row]! - first }))
      .filter(({ row }) => row >= 0 && row < count);
    return { shape: { layout, rows: roundUpRows(count), tokens }, sequences };
  });
}

/** T of a rectangle whose longest row has this many inputs: on the grid, and never more than the model has positions. */
export function inputWidth({ maxPositions }: ModelConfig, longest: number): number {
  return Math.min(roundUpTokens(Math.max(1, longest)), maxPositions);
}

/** The next length on a grid that is 32 wide up to 256 and then an eighth of the next power of two: few, and little waste. */
export function roundUpTokens(length: number): number {
  const width = Math.max(32, 2 ** (Math.ceil(Math.log2(length)) - 3));
  return Math.ceil(length / width) * width;
}

/** The next of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, … */
export function roundUpRows(count: number): number {
  const power = 2 ** Math.ceil(Math.log2(count));
  return count <= power * 0.75 && power >= 4 ? power * 0.75 : power;
}
