import type { ModelConfig } from '../model-config.ts';

/** Token sequences to learn from. */
export interface TrainingBatch {
  /** Token ids, at least one sequence. Each has at most `maxPositions` tokens; the first token is never a target. */
  readonly sequences: readonly Int32Array[];
  /** Per sequence and token: 1 where the token counts as a target. All but the first count where left out. */
  readonly lossMasks?: readonly Uint8Array[];
}

/** The shape that a batch is padded to. */
export interface BatchShape {
  /** B */
  readonly rows: number;
  /** T: inputs per row, at least one less than the longest sequence has tokens, for its last one is only a target. */
  readonly tokens: number;
}

/** A batch as rectangles of one of few shapes, row after row. */
export interface PaddedBatch extends BatchShape {
  /** [B T] */
  readonly ids: Int32Array;
  /** [B T]: the token after each input */
  readonly targets: Int32Array;
  /** [B T]: 1 / kept where the target counts, else 0 */
  readonly weights: Float32Array;
  /** How many targets count. */
  readonly kept: number;
}

/**
 * Few shapes, so that few graphs exist, and a shape that depends on nothing but the batch, so that the same batch gives
 * the same bits in every process.
 * @throws {RangeError} when the batch is empty, or holds an id, a length or a mask that the model cannot take
 */
export function batchShape(config: ModelConfig, { sequences, lossMasks }: TrainingBatch): BatchShape {
  if (sequences.length === 0) throw new RangeError('TrainingBatch.sequences must hold at least one sequence, got none');
  if (lossMasks !== undefined && lossMasks.length !== sequences.length) {
    throw new RangeError(`TrainingBatch.lossMasks must hold ${sequences.length} masks, got ${lossMasks.length}`);
  }
  sequences.forEach((sequence, i) => checkSequence(config, i, sequence, lossMasks?.[i]));
  const longest = Math.max(...sequences.map((sequence) => sequence.length));
  const tokens = Math.min(roundUpTokens(Math.max(1, longest - 1)), config.maxPositions);
  return { rows: roundUpRows(sequences.length), tokens };
}

/**
 * Pads a batch on the right, and with empty rows, to its `batchShape`.
 * @throws {RangeError} as `batchShape` does, and when the batch keeps no target
 */
export function padBatch(config: ModelConfig, batch: TrainingBatch): PaddedBatch {
  const { sequences, lossMasks } = batch;
  const { rows, tokens } = batchShape(config, batch);
  const [ids, targets, weights] = [
    new Int32Array(rows * tokens),
    new Int32Array(rows * tokens),
    new Float32Array(rows * tokens),
  ];
  let kept = 0;
  for (const [row, sequence] of sequences.entries()) {
    const start = row * tokens;
    ids.set(sequence.subarray(0, -1), start);
    targets.set(sequence.subarray(1), start);
    for (let t = 1; t < sequence.length; t++) {
      const counts = lossMasks?.[row]?.[t] ?? 1;
      weights[start + t - 1] = counts;
      kept += counts;
    }
  }
  if (kept === 0) throw new RangeError('TrainingBatch must keep at least one target, got none');
  for (let i = 0; i < weights.length; i++) weights[i]! /= kept;
  return { rows, tokens, ids, targets, weights, kept };
}

/** The next length on a grid that is 32 wide up to 256 and then an eighth of the next power of two: few, and little waste. */
function roundUpTokens(length: number): number {
  const width = Math.max(32, 2 ** (Math.ceil(Math.log2(length)) - 3));
  return Math.ceil(length / width) * width;
}

/** The next of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, … */
function roundUpRows(count: number): number {
  const power = 2 ** Math.ceil(Math.log2(count));
  return count <= power * 0.75 && power >= 4 ? power * 0.75 : power;
}

function checkSequence({ vocabSize, maxPositions }: ModelConfig, i: number, ids: Int32Array, mask?: Uint8Array): void {
  const place = `TrainingBatch.sequences[${i}]`;
  if (ids.length > maxPositions) {
    throw new RangeError(`${place} must have at most ${maxPositions} tokens, got ${ids.length}`);
  }
  const bad = ids.findIndex((id) => id < 0 || id >= vocabSize);
  if (bad >= 0) throw new RangeError(`${place}[${bad}] must be a token id below ${vocabSize}, got ${ids[bad]}`);
  if (mask === undefined) return;
  if (mask.length !== ids.length) {
    throw new RangeError(`TrainingBatch.lossMasks[${i}] must have ${ids.length} entries, got ${mask.length}`);
  }
  const odd = mask.findIndex((bit) => bit > 1);
  if (odd >= 0) throw new RangeError(`TrainingBatch.lossMasks[${i}][${odd}] must be 0 or 1, got ${mask[odd]}`);
}
