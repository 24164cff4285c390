import type { FeedbackPart } from '../evaluation.ts';
import type { FinishReason } from '../solution.ts';
import type { FcftTokenizer } from './fcft-tokenizer.ts';

/** One judged solution, as FCFT learns from it. */
export interface FcftExample {
  readonly problemId: string;
  readonly sampleIndex: number;
  readonly prompt: string;
  /** The solution as it was executed. */
  readonly text: string;
  /** The sampled ids, with the end-of-text token when and only when `finishReason` is `eos`. */
  readonly tokenIds: readonly number[];
  readonly finishReason: FinishReason;
  readonly passed: boolean;
  /** Textual feedback; not used when the solution passed. */
  readonly feedback: string;
  /** The feedback cut by channel; empty for a style whose parts are not told apart. */
  readonly parts: readonly FeedbackPart[];
}

/** The sampled ids contradict their finish reason: the sampler is broken, and training on them would teach it. */
export class InconsistentSampleError extends Error {
  override readonly name = 'InconsistentSampleError';
}

/**
 * The end-of-text id that a sample ended with; undefined when it did not.
 *
 * @param endIds ids that end a text, for a model that has several
 * @throws {InconsistentSampleError} when the ids end with end-of-text without `finishReason` being `eos`, or the reverse
 */
export function endIdOf(
  { problemId, sampleIndex, tokenIds, finishReason }: FcftExample,
  { special: { eos } }: FcftTokenizer,
  endIds: readonly number[] = [eos],
): number | undefined {
  const last = tokenIds.at(-1);
  const endsWithEos = last !== undefined && endIds.includes(last);
  if (endsWithEos !== (finishReason === 'eos'))
    throw new InconsistentSampleError(
      `${problemId} sample ${sampleIndex}: finish reason '${finishReason}' wants ids that ` +
        `${endsWithEos ? 'do not end' : 'end'} with end-of-text (${eos}), got last id ${last ?? 'none'}`,
    );
  return endsWithEos ? last : undefined;
}
