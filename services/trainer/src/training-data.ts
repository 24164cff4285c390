import {
  type DistillationPair,
  type DistillationSettings,
  type FcftTokenizer,
  type PretrainingStream,
  type Problem,
  type SelectedSequence,
  selectSequences,
  supervisedSequence,
  type SupervisedSequenceOptions,
  type TrainingStep,
} from '@leti/leti';
import type { DistillationBatch, TrainingBatch } from '@leti/nn';
import { type FcftLine, readFcft, runPaths } from '@leti/runs';
import type { TrainingJob } from './training-job.ts';

/** What stands in one place of a batch of examples: a sample's sequences, of which there is mostly one. */
export interface Example {
  readonly problemId: string;
  /** At least one, each int32 [T]; the first is the longest. */
  readonly sequences: readonly Int32Array[];
  /** How much it counts: 1 is as much as any. */
  readonly weight: number;
  /** What self-distillation learns from in their place. */
  readonly pair?: DistillationPair;
}

/** What an iteration is trained on. */
export interface TrainingData {
  readonly examples: readonly Example[];
  /** Undefined where no pre-training is mixed in. */
  readonly stream: PretrainingStream | undefined;
  /** How pairs of self-distillation are learnt. */
  readonly distillation: Pick<DistillationSettings, 'weight' | 'topK'>;
}

/**
 * The examples out of an iteration's lines, after selection, with those of iterations before it that are trained on again.
 * @throws {CorruptStoreError} when the lines of such an iteration are none
 */
export async function selectExamples(job: TrainingJob, lines: readonly FcftLine[]): Promise<Example[]> {
  const { objective, dataset, seed } = job.settings;
  const older: FcftLine[][] = [];
  for (let back = 1; back <= Math.min(dataset.replayWindow, job.iteration - 1); back++)
    older.push(await readFcft(runPaths(job.runFolder).iteration(job.iteration - back).fcft));
  const selected = selectSequences(lines, older, dataset, seed).map(exampleOf);
  // What passed, or was told nothing, teaches the model that has read its feedback nothing.
  return objective === 'self_distillation' ? selected.filter(({ pair }) => pair !== undefined) : selected;
}

function exampleOf({ line, weight }: SelectedSequence<FcftLine>): Example {
  const { problemId, tokenIds, firstTokenIds, distillation } = line;
  const sequences = [tokenIds, ...(firstTokenIds === undefined ? [] : [firstTokenIds])];
  const pair =
    distillation === undefined || distillation.length === 0
      ? undefined
      : {
          student: Int32Array.from(distillation.student),
          teacher: Int32Array.from(distillation.teacher),
          length: distillation.length,
        };
  return { problemId, sequences: sequences.map((ids) => Int32Array.from(ids)), weight, ...(pair && { pair }) };
}

/** The examples of the supervised baseline. @throws {NoReferenceSolutionError} */
export function supervisedExamples(
  problems: readonly Problem[],
  tokenizer: FcftTokenizer,
  options: SupervisedSequenceOptions,
): Example[] {
  return problems.map((problem) => ({
    problemId: problem.problemId,
    sequences: [supervisedSequence(problem, tokenizer, options).ids],
    weight: 1,
  }));
}

/** What a step learns from: next tokens, or the pairs of self-distillation. */
export type StepBatch =
  ({ readonly kind: 'tokens' } & TrainingBatch) | ({ readonly kind: 'pairs' } & DistillationBatch);

/** The batch of a step. */
export function batchOf({ examples, stream, distillation }: TrainingData, step: TrainingStep): StepBatch {
  if (step.kind === 'pretraining') return { kind: 'tokens', sequences: stream!.batch(step.batch) };
  const chosen = Array.from(step.indices, (index) => examples[index]!);
  const pairs = chosen.flatMap(({ pair }) => pair ?? []);
  if (pairs.length > 0) return { kind: 'pairs', pairs, weight: distillation.weight, topK: distillation.topK };
  const sequences = chosen.flatMap((example) => example.sequences);
  if (chosen.every(({ weight }) => weight === 1)) return { kind: 'tokens', sequences };
  const sequenceWeights = chosen.flatMap((example) => example.sequences.map(() => example.weight));
  return { kind: 'tokens', sequences, sequenceWeights };
}

/** A batch of the same shape as a step's, without reading the corpus: what graphs are prepared for. */
export function batchLike(data: TrainingData, step: TrainingStep): StepBatch {
  if (step.kind === 'fcft') return batchOf(data, step);
  return { kind: 'tokens', sequences: data.stream!.lengths(step.batch).map((length) => new Int32Array(length)) };
}

/**
 * Per problem its place in the order of the published code, which samples prompts of like length together: by the
 * prompt's length with its reward token, rounded up to 128, then in the run's order.
 */
export function problemPlaces(
  problems: readonly Problem[],
  tokenizer: Pick<FcftTokenizer, 'encode'>,
): ReadonlyMap<string, number> {
  const padded = problems.map(({ problemId, prompt }) => ({
    problemId,
    tokens: Math.ceil((tokenizer.encode(prompt).length + 1) / 128),
  }));
  const sorted = padded.toSorted((a, b) => a.tokens - b.tokens); // stable: the run's order stays
  return new Map(sorted.map(({ problemId }, place) => [problemId, place]));
}
