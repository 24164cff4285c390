import type { FinishReason } from './solution.ts';

/** What FCFT needs of a tokenizer; `Tokenizer` of the tokenizer package is one. */
export interface FcftTokenizer {
  /**
   * Token ids of a text, nothing added in front or behind. A special token spelled in the text stays characters: a
   * program may raise an error whose text is `<|good|>`, and it must not become the token.
   */
  encode(text: string): readonly number[];
  /** Ids that go before every sequence, e.g. Llama's `<|begin_of_text|>`; none for CodeGen. */
  readonly prefixIds: readonly number[];
  readonly special: {
    readonly good: number;
    readonly bad: number;
    readonly langFeedback: number;
    readonly endLangFeedback: number;
    readonly eos: number;
  };
}

/** One judged solution, as FCFT learns from it. */
export interface FcftExample {
  readonly problemId: string;
  readonly sampleIndex: number;
  readonly prompt: string;
  /** The sampled ids, with the end-of-text token when and only when `finishReason` is `eos`. */
  readonly tokenIds: readonly number[];
  readonly finishReason: FinishReason;
  readonly passed: boolean;
  /** Textual feedback; not used when the solution passed. */
  readonly feedback: string;
}

export interface FcftSequenceOptions {
  /** Cut on the right at this many tokens. */
  readonly maxSequenceTokens: number;
  /** Leaves the textual feedback out: the paper's binary-only ablation. */
  readonly binaryOnly: boolean;
  /** Ids that end a text, for a model that has several. @default the tokenizer's end-of-text */
  readonly endIds?: readonly number[];
}

/** The sampled ids contradict their finish reason: the sampler is broken, and training on them would teach it. */
export class InconsistentSampleError extends Error {
  override readonly name = 'InconsistentSampleError';
}

/**
 * The sequence that feedback-conditioned fine-tuning trains on, every token of it:
 * `<|good|>` prompt solution, or `<|bad|>` `<|lang_feedback|>` feedback `<|/lang_feedback|>` prompt solution; before it,
 * what the model expects before every text.
 *
 * Unlike the published code, which tokenises decoded text again, the solution is the ids that were sampled: decoding
 * and encoding need not give them back, and only these carry the end-of-text token from which stopping is learnt.
 *
 * @returns int32 [T], 1 <= T <= maxSequenceTokens
 * @throws {InconsistentSampleError} when the ids end with end-of-text without `finishReason` being `eos`, or the reverse
 * @see arXiv:2305.10314, §3.2 (FCFT) and eq. 1
 */
export function fcftSequence(example: FcftExample, tokenizer: FcftTokenizer, options: FcftSequenceOptions): Int32Array {
  const { good, bad, langFeedback, endLangFeedback, eos } = tokenizer.special;
  const last = example.tokenIds.at(-1);
  const endsWithEos = last !== undefined && (options.endIds ?? [eos]).includes(last);
  if (endsWithEos !== (example.finishReason === 'eos'))
    throw new InconsistentSampleError(
      `${example.problemId} sample ${example.sampleIndex}: finish reason '${example.finishReason}' wants ids that ` +
        `${endsWithEos ? 'do not end' : 'end'} with end-of-text (${eos}), got last id ${last ?? 'none'}`,
    );
  const reward = example.passed ? good : bad;
  const feedback =
    example.passed || options.binaryOnly || example.feedback === ''
      ? []
      : [langFeedback, ...tokenizer.encode(example.feedback), endLangFeedback];
  const ids = [...tokenizer.prefixIds, reward, ...feedback, ...tokenizer.encode(example.prompt), ...example.tokenIds];
  return Int32Array.from(ids.slice(0, options.maxSequenceTokens));
}
