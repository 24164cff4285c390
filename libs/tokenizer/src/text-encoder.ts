import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { portablePreTokenizer } from './pre-tokenizer-json.ts';
import { UnsupportedFieldError } from './token-pieces.ts';
import type { TokenizerJson } from './tokenizer-json.ts';

/**
 * Makes the function from text to ids of a tokenizer.json.
 *
 * @param specialIds never come out, whatever the text: the characters of these tokens are encoded as text
 * @throws {UnsupportedFieldError} for what the library would leave out; what it throws for types that it does not know
 */
export function textEncoderFrom(json: TokenizerJson, specialIds: ReadonlySet<number>): (text: string) => number[] {
  const { dropout } = json.model;
  if (dropout !== undefined && dropout !== null && dropout !== 0) {
    throw new UnsupportedFieldError(`model.dropout: want none, so that a text has one encoding, got ${dropout}`);
  }
  const plain = json.added_tokens.filter(({ id }) => !specialIds.has(id));
  const wholeWord = plain.find(({ single_word: singleWord }) => singleWord === true);
  if (wholeWord !== undefined) {
    throw new UnsupportedFieldError(`added_tokens: want single_word false, got true for ${wholeWord.content}`);
  }
  const portable = {
    ...json,
    pre_tokenizer: portablePreTokenizer(json.pre_tokenizer),
    // Without its special tokens the library has nothing to match them by, and encodes their characters as text.
    added_tokens: plain,
    model: { ...json.model, vocab: withoutPieces(json.model, specialIds) },
    post_processor: null,
    decoder: null, // not used
  };
  // The library's own type for tokenizer.json lists every model's fields; it checks the ones it uses.
  const library = new HuggingFaceTokenizer(
    portable as unknown as ConstructorParameters<typeof HuggingFaceTokenizer>[0],
    {},
  );
  return (text) => (text === '' ? [] : library.encode(text, { add_special_tokens: false }).ids);
}

/** A Unigram model looks for every piece of its list in the text, special ones too: give those a text that none has. */
function withoutPieces({ vocab, unk_id: unknown }: TokenizerJson['model'], ids: ReadonlySet<number>): unknown {
  if (!Array.isArray(vocab)) return vocab;
  return vocab.map((entry: readonly [string, number], id) =>
    ids.has(id) && id !== unknown ? [`\u{10ffff}${id}`, entry[1]] : entry,
  );
}
