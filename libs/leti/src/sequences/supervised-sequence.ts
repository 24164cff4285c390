import type { Problem } from '../problem.ts';
import type { SupervisedStart } from '../settings/choices.ts';
import type { FcftTokenizer } from './fcft-tokenizer.ts';
import { cutSequence, type TrainingSequence } from './training-sequence.ts';

export interface SupervisedSequenceOptions {
  /** Cut on the right at this many tokens. */
  readonly maxSequenceTokens: number;
  /** What goes in front where the tokenizer puts nothing there itself. */
  readonly supervisedStart: SupervisedStart;
}

/** A problem that is to be learnt from its reference solution has none. */
export class NoReferenceSolutionError extends Error {
  override readonly name = 'NoReferenceSolutionError';
}

/**
 * The sequence of the supervised baseline: prompt, line end, reference solution, end-of-text; all of it is learnt.
 *
 * @returns 1 <= T <= maxSequenceTokens
 * @throws {NoReferenceSolutionError}
 * @see arXiv:2305.10314, §4.3 (fine-tuned baseline)
 */
export function supervisedSequence(
  { problemId, prompt, referenceSolution }: Problem,
  tokenizer: FcftTokenizer,
  { maxSequenceTokens, supervisedStart }: SupervisedSequenceOptions,
): TrainingSequence {
  if (referenceSolution === undefined)
    throw new NoReferenceSolutionError(`${problemId}: want a reference solution to train on, got none`);
  const { prefixIds } = tokenizer;
  const { eos } = tokenizer.special;
  const start = prefixIds.length === 0 && supervisedStart === 'end_of_text' ? [eos] : prefixIds;
  return cutSequence([...start, ...tokenizer.encode(`${prompt}\n${referenceSolution}`), eos], maxSequenceTokens);
}
