import type { ModelConfig } from '../model-config.ts';
import { inputWidth, roundUpRows } from './batch.ts';
import { checkSequence } from './check-batch.ts';

/** One solution in two contexts: the student's, and the teacher's, which holds more, such as feedback on the solution. */
export interface DistillationPair {
  /** Token ids that end in the solution. */
  readonly student: Int32Array;
  /** Token ids that end in the same solution. */
  readonly teacher: Int32Array;
  /** How many tokens at the end of both are the solution's; at least 1, and something comes before them in both. */
  readonly length: number;
}

/** Pairs to learn from. */
export interface DistillationBatch {
  readonly pairs: readonly DistillationPair[];
  /** What loss and gradient are multiplied by: finite, at least 0, default 1. */
  readonly weight?: number;
  /**
   * How many tokens are told apart at each place, the student's most probable ones; all others count as one outcome. 0,
   * the default, is all of them.
   */
  readonly topK?: number;
}

/** The shape that pairs are padded to. */
export interface PairShape {
  /** B: one of either kind for each pair. */
  readonly rows: number;
  readonly studentTokens: number;
  readonly teacherTokens: number;
  /** Most tokens of a solution. M = B · targets. */
  readonly targets: number;
}

/** Pairs as rectangles, row after row. */
export interface PaddedPairs {
  readonly shape: PairShape;
  /** [B · studentTokens] */
  readonly studentIds: Int32Array;
  /** [B · teacherTokens] */
  readonly teacherIds: Int32Array;
  /** [M]: the inputs that predict the solution's tokens; its row's first where there is no such token. */
  readonly studentPlaces: Int32Array;
  /** [M] */
  readonly teacherPlaces: Int32Array;
  /** [M]: the batch's weight / its solution tokens, or 0 where there is none. */
  readonly weights: Float32Array;
}

/**
 * Lays pairs out in micro-batches: all in one where there are no more than `microBatchSize`, else as many at a time, those
 * with the longest context first.
 * @returns the parts, whose losses and gradients only have to be added, and the number of solution tokens
 * @throws {RangeError} when there is no pair, or one that the model cannot take or that is not aligned, or when `weight` or
 * `topK` is out of range
 */
export function padPairs(
  config: ModelConfig,
  { pairs, weight = 1, topK = 0 }: DistillationBatch,
  microBatchSize = Infinity,
): { readonly parts: readonly PaddedPairs[]; readonly kept: number } {
  if (pairs.length === 0) throw new RangeError('DistillationBatch.pairs must hold at least one pair, got none');
  if (!(weight >= 0 && weight < Infinity)) {
    throw new RangeError(`DistillationBatch.weight must be finite and at least 0, got ${weight}`);
  }
  if (!(Number.isInteger(topK) && topK >= 0)) {
    throw new RangeError(`DistillationBatch.topK must be an integer of at least 0, got ${topK}`);
  }
  for (const [i, pair] of pairs.entries()) checkPair(config, `DistillationBatch.pairs[${i}]`, pair);
  const kept = pairs.reduce((sum, { length }) => sum + length, 0);
  if (pairs.length <= microBatchSize) return { parts: [padPart(config, pairs, weight / kept)], kept };
  const longestFirst = pairs.toSorted((a, b) => widest(b) - widest(a));
  const parts = Array.from({ length: Math.ceil(pairs.length / microBatchSize) }, (_, part) => {
    const first = part * microBatchSize;
    return padPart(config, longestFirst.slice(first, first + microBatchSize), weight / kept);
  });
  return { parts, kept };
}

const widest = ({ student, teacher }: DistillationPair): number => Math.max(student.length, teacher.length);

/** @param share of a token in the loss */
function padPart(config: ModelConfig, pairs: readonly DistillationPair[], share: number): PaddedPairs {
  const widthOf = (lengths: number[]): number => inputWidth(config, Math.max(...lengths));
  const shape = {
    rows: roundUpRows(pairs.length),
    studentTokens: widthOf(pairs.map(({ student }) => student.length - 1)),
    teacherTokens: widthOf(pairs.map(({ teacher }) => teacher.length - 1)),
    targets: widthOf(pairs.map(({ length }) => length)),
  };
  const { rows, targets } = shape;
  const weights = new Float32Array(rows * targets);
  for (const [row, { length }] of pairs.entries()) weights.fill(share, row * targets, row * targets + length);
  const [student, teacher] = (['student', 'teacher'] as const).map((who) => {
    const tokens = shape[`${who}Tokens`];
    const ids = new Int32Array(rows * tokens);
    const places = Int32Array.from({ length: rows * targets }, (_, i) => Math.floor(i / targets) * tokens);
    for (const [row, pair] of pairs.entries()) {
      const sequence = pair[who];
      ids.set(sequence.subarray(0, -1), row * tokens);
      // The input before each of the solution's tokens predicts it.
      const first = sequence.length - pair.length - 1;
      for (let t = 0; t < pair.length; t++) places[row * targets + t] = row * tokens + first + t;
    }
    return { ids, places };
  });
  return {
    shape,
    studentIds: student!.ids,
    teacherIds: teacher!.ids,
    studentPlaces: student!.places,
    teacherPlaces: teacher!.places,
    weights,
  };
}

function checkPair(config: ModelConfig, place: string, { student, teacher, length }: DistillationPair): void {
  checkSequence(config, `${place}.student`, student);
  checkSequence(config, `${place}.teacher`, teacher);
  const most = Math.min(student.length, teacher.length) - 1;
  if (!(Number.isInteger(length) && length >= 1 && length <= most)) {
    throw new RangeError(`${place}.length must be an integer in [1, ${most}], got ${length}`);
  }
  const [ofStudent, ofTeacher] = [student.subarray(-length), teacher.subarray(-length)];
  const odd = ofStudent.findIndex((id, t) => id !== ofTeacher[t]);
  if (odd >= 0) {
    throw new RangeError(
      `${place} must end in the same ${length} tokens, got ${ofStudent[odd]} and ${ofTeacher[odd]} as number ${odd}`,
    );
  }
}
