/**
 * The tokens LETI adds to a code language model, by role. They enter a sequence by id only: text that happens
 * to spell one of them (a traceback, say) is encoded as ordinary characters.
 *
 * @see arXiv:2305.10314, section 2.3: reward tokens and the tokens around textual feedback
 */
export const SPECIAL_TOKENS = {
  /** Reward token of a solution that passed. */
  good: '<|good|>',
  /** Reward token of a solution that did not pass. */
  bad: '<|bad|>',
  /** Opens the textual feedback. */
  langFeedback: '<|lang_feedback|>',
  /** Closes the textual feedback. */
  endLangFeedback: '<|/lang_feedback|>',
  /** Ends a solution, and separates documents. */
  eos: '<|endoftext|>',
} as const;

/** Ids of {@link SPECIAL_TOKENS}, by role. */
export type SpecialTokenIds = { readonly [Role in keyof typeof SPECIAL_TOKENS]: number };
