/** @module Text to token ids and back, from a Hugging Face folder, with the special tokens of LETI. */
export { loadTokenizer } from './load-tokenizer.ts';
export type { Tokenizer } from './tokenizer.ts';
export { eosTokenOf } from './eos-token.ts';
export type { IncrementalDecoder } from './incremental-decoder.ts';
export { SPECIAL_TOKENS, type SpecialTokenIds } from './special-tokens.ts';
export { cleanUpSpaces } from './clean-up-spaces.ts';
export { readTokenizerJson } from './read-tokenizer-json.ts';
export { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from './errors.ts';
