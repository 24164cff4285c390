/** @module Byte-pair encoding from a Hugging Face folder, with the special tokens of LETI. */
export { loadTokenizer } from './load-tokenizer.ts';
export type { Tokenizer } from './tokenizer.ts';
export { SPECIAL_TOKENS, type SpecialTokenIds } from './special-tokens.ts';
export { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from './errors.ts';
