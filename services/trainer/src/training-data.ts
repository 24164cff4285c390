import {
  type FcftTokenizer,
  type PretrainingStream,
  type Problem,
  selectSequences,
  type TrainingStep,
} from '@leti/leti';
import type { TrainingBatch } from '@leti/nn';
import { type FcftLine, readFcft, runPaths } from '@leti/runs';
import type { TrainingJob } from './training-job.ts';

/** What stands in one place of a batch of examples: a sample's sequences, of which there is mostly one. */
export interface Example {
  readonly problemId: string;
  /** At least one, each int32 [T]; the first is the longest. */
  readonly sequences: readonly Int32Array[];
  /** How much it counts: 1 is as much as any. */
  readonly weight: number;
}

/** What an iteration is trained on. */
export interface TrainingData {
  readonly examples: readonly Example[];
  /** Undefined where no pre-training is mixed in. */
  readonly stream: PretrainingStream | undefined;
}

/** The examples out of an iteration's lines, after selection, with those of iterations before it that are replayed. */
export async function selectExamples(job: TrainingJob, lines: readonly FcftLine[]): Promise<Example[]> {
  const dataset = { deduplicate: 'none', balance: 'none', replayWindow: 0 } as const;
  const older: FcftLine[][] = [];
  for (let back = 1; back <= Math.min(dataset.replayWindow, job.iteration - 1); back++)
    older.push(await readFcft(runPaths(job.runFolder).iteration(job.iteration - back).fcft));
  return selectSequences(lines, older, dataset, job.settings.seed).map(({ line, weight }) => ({
    problemId: line.problemId,
    sequences: [line.tokenIds, ...(line.firstTokenIds === undefined ? [] : [line.firstTokenIds])].map((ids) =>
      Int32Array.from(ids),
    ),
    weight,
  }));
}

/** The batch of a step. */
export function batchOf({ examples, stream }: TrainingData, step: TrainingStep): TrainingBatch {
  if (step.kind === 'pretraining') return { sequences: stream!.batch(step.batch) };
  const chosen = Array.from(step.indices, (index) => examples[index]!);
  return { sequences: chosen.flatMap(({ sequences }) => sequences) };
}

/** A batch of the same shape as a step's, at no cost of reading: what graphs are prepared for. */
export function batchLike({ examples, stream }: TrainingData, step: TrainingStep): TrainingBatch {
  const lengths =
    step.kind === 'pretraining'
      ? stream!.lengths(step.batch)
      : Array.from(step.indices).flatMap((index) => examples[index]!.sequences.map(({ length }) => length));
  return { sequences: lengths.map((length) => new Int32Array(length)) };
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
