import type { IncrementalDecoder } from './incremental-decoder.ts';
import type { SpecialTokenIds } from './special-tokens.ts';

/** Turns text into token ids and back. Pure and without state that shows; safe to share. */
export interface Tokenizer {
  /**
   * Encodes text and adds nothing to it. The characters of a special token are ordinary text here, so that no
   * program output can forge one; callers place specials by id. A lone surrogate is encoded as U+FFFD.
   */
  encode(text: string): number[];
  /**
   * Decodes a whole text exactly: no clean-up of spaces, special tokens left out, an incomplete UTF-8 sequence shown as
   * U+FFFD. For a byte-level vocabulary without a normalizer `decode(encode(text)) === text` for well-formed text.
   *
   * @throws {RangeError} for an id outside [0, vocabSize) and for one that names no token
   */
  decode(ids: readonly number[]): string;
  /**
   * Starts to decode what a model writes after a prompt, id by id. Unlike at the start of a text, no space is left out:
   * with vocabularies that put one before every text, the first word after a prompt keeps its own. A model's vocabulary
   * may be larger than its tokenizer's, so an id that names no token stands for no text here.
   */
  continuation(): IncrementalDecoder;
  /** One more than the greatest id; a model's embedding may have more rows, never fewer. */
  readonly vocabSize: number;
  /**
   * Ids that the tokenizer puts before every text given to the model, e.g. Llama's `<|begin_of_text|>`; often none.
   * `encode` does not add them.
   */
  readonly prefixIds: readonly number[];
  readonly special: SpecialTokenIds;
}
