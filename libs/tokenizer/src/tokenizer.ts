import type { SpecialTokenIds } from './special-tokens.ts';

/** Turns text into token ids and back. Pure and without state that shows; safe to share. */
export interface Tokenizer {
  /**
   * Encodes text and adds nothing to it. The characters of a special token are ordinary text here, so that no
   * program output can forge one; callers place specials by id. A lone surrogate is encoded as U+FFFD.
   */
  encode(text: string): number[];
  /**
   * Decodes ids exactly: no clean-up of spaces, special tokens left out, an incomplete UTF-8 sequence shown as
   * U+FFFD. For a byte-level vocabulary without a normalizer `decode(encode(text)) === text` for well-formed text.
   *
   * @throws {RangeError} for an id outside [0, vocabSize) and for one that names no token
   */
  decode(ids: readonly number[]): string;
  /** One more than the greatest id; a model's embedding may have more rows, never fewer. */
  readonly vocabSize: number;
  readonly special: SpecialTokenIds;
}
