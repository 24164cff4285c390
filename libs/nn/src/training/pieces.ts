import { tf, type Tensor } from '../tf.ts';
import type { BatchOptions, BatchShape, TrainingBatch } from './batch.ts';
import { padPairs, type DistillationBatch } from './distillation-batch.ts';
import { distillationObjective, nextTokenObjective, type Objective, type TrainedModel } from './objectives.ts';
import { padBatch } from './pad-batch.ts';

/** A micro-batch: what is computed of it, and the arrays that takes. */
export interface Piece {
  readonly objective: Objective;
  /** What its memory follows from. */
  readonly shape: BatchShape;
  /** By the names of the objective's inputs; others may be among them. */
  readonly arrays: Readonly<Record<string, unknown>>;
}

/** A whole batch in its micro-batches, whose losses and gradients only have to be added. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  /** How many targets count. */
  readonly kept: number;
}

/** @throws {RangeError} when the batch does not fit the model or keeps no target */
export function nextTokenPieces(model: TrainedModel, batch: TrainingBatch, options: BatchOptions): Pieces {
  const { parts, kept } = padBatch(model.config, batch, options);
  const pieces = parts.map((part) => {
    return { objective: nextTokenObjective(model, part), shape: part, arrays: { ...part } };
  });
  return { pieces, kept };
}

/** @throws {RangeError} when a pair does not fit the model or is not aligned */
export function distillationPieces(
  model: TrainedModel,
  batch: DistillationBatch,
  { microBatchSize }: BatchOptions,
): Pieces {
  const { parts, kept } = padPairs(model.config, batch, microBatchSize);
  const pieces = parts.map((part) => {
    const { rows, studentTokens, teacherTokens } = part.shape;
    const shape: BatchShape = { layout: 'padded', rows, tokens: Math.max(studentTokens, teacherTokens) };
    return { objective: distillationObjective(model, part.shape, batch.topK ?? 0), shape, arrays: { ...part } };
  });
  return { pieces, kept };
}

/** The objective's inputs; the caller disposes them. */
export function tensorsOf({ objective, arrays }: Piece): Record<string, Tensor> {
  const entries = Object.entries(objective.inputs).map(([name, { shape, dtype }]) => {
    const values = arrays[name] as Int32Array | Float32Array;
    return [name, tf.tensor(values, [...shape], dtype)] as const;
  });
  return Object.fromEntries(entries);
}
