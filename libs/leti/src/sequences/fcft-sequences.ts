import type { FeedbackChannel } from '../evaluation.ts';
import type { EndOfText, SolutionTokens } from '../settings/choices.ts';
import { endIdOf, type FcftExample } from './fcft-example.ts';
import type { FcftTokenizer } from './fcft-tokenizer.ts';
import { cutSequence, type TrainingSequence } from './training-sequence.ts';

/** What of a judged solution is trained on; docs/modes.md says which mode chooses what. */
export interface SequenceOptions {
  /** Cut on the right at this many tokens. */
  readonly maxSequenceTokens: number;
  /** Leaves the textual feedback out: the paper's binary-only ablation. */
  readonly binaryOnly: boolean;
  /**
   * `sampled`: the prompt's ids and the sampled ones. `retokenized`: those of prompt and text as one, whose merges may
   * cross the seam and which need not be those that were sampled.
   */
  readonly solutionTokens: SolutionTokens;
  /** Whether end-of-text is kept where the sample ended with one. */
  readonly endOfText: EndOfText;
  /**
   * Whether the first token is a target too. In the published code it is predicted from the padding on its left; here
   * from a lone end-of-text, in a sequence of its own, so that no other token sees that one. A tokenizer with prefix
   * ids predicts it as it is.
   */
  readonly firstTokenLoss: boolean;
  /** Parts of the feedback that are kept. @default all of it */
  readonly channels?: readonly FeedbackChannel[] | undefined;
  /** Ids that end a text, for a model that has several. @default the tokenizer's end-of-text */
  readonly endIds?: readonly number[];
}

/**
 * The sequences that feedback-conditioned fine-tuning makes of a judged solution: `<|good|>` prompt solution, or `<|bad|>`
 * `<|lang_feedback|>` feedback `<|/lang_feedback|>` prompt solution; before it, what the model expects before every text.
 * Nothing separates the pieces. All of it is learnt, with `firstTokenLoss` by way of a second sequence.
 *
 * @returns one sequence, or two; each 1 <= T <= maxSequenceTokens
 * @throws {InconsistentSampleError} when the sampled ids contradict their finish reason
 * @see arXiv:2305.10314, §3.2 (FCFT) and eq. 1
 */
export function fcftSequences(
  example: FcftExample,
  tokenizer: FcftTokenizer,
  options: SequenceOptions,
): readonly TrainingSequence[] {
  const { good, bad, eos } = tokenizer.special;
  const reward = example.passed ? good : bad;
  const feedback = options.binaryOnly ? [] : feedbackIds(example, tokenizer, options.channels);
  const ids = [...tokenizer.prefixIds, reward, ...feedback, ...promptAndSolution(example, tokenizer, options)];
  const whole = cutSequence(ids, options.maxSequenceTokens);
  const unpredicted = options.firstTokenLoss && tokenizer.prefixIds.length === 0;
  return unpredicted ? [whole, { ids: Int32Array.of(eos, reward), weight: 1 }] : [whole];
}

/**
 * The textual feedback between its tokens; nothing when there is none.
 *
 * @param channels parts that are kept; undefined keeps the text as it is
 */
export function feedbackIds(
  { passed, feedback, parts }: FcftExample,
  tokenizer: FcftTokenizer,
  channels: readonly FeedbackChannel[] | undefined,
): readonly number[] {
  const { langFeedback, endLangFeedback } = tokenizer.special;
  const kept = (): string => parts.map(({ channel, text }) => (channels!.includes(channel) ? text : '')).join('');
  const text = passed ? '' : channels === undefined ? feedback : kept();
  return text === '' ? [] : [langFeedback, ...tokenizer.encode(text), endLangFeedback];
}

/** The ids of prompt and solution, with end-of-text as the options want it. */
function promptAndSolution(
  example: FcftExample,
  tokenizer: FcftTokenizer,
  { solutionTokens, endOfText, endIds }: SequenceOptions,
): readonly number[] {
  const { prompt, text, tokenIds } = example;
  const endId = endIdOf(example, tokenizer, endIds);
  const sampled = endId === undefined ? tokenIds : tokenIds.slice(0, -1);
  const end = endId === undefined || endOfText === 'never' ? [] : [endId];
  return solutionTokens === 'retokenized'
    ? [...tokenizer.encode(prompt + text), ...end]
    : [...tokenizer.encode(prompt), ...sampled, ...end];
}
