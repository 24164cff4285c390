/** @module Text to token ids and back, from a Hugging Face folder, with the special tokens of LETI. */
export { loadTokenizer } from './load-tokenizer.ts';
export type { Tokenizer } from './tokenizer.ts';
export type { IncrementalDecoder } from './incremental-decoder.ts';
export { SPECIAL_TOKENS, type SpecialTokenIds } from './special-tokens.ts';
export { cleanUpSpaces } from './clean-up-spaces.ts';
export { codegenTokenizerJson } from './codegen-tokenizer-json.ts';
export type { Gpt2Vocabulary } from './byte-level-bpe-json.ts';
export { readTokenizerJson } from './read-tokenizer-json.ts';
export { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from './errors.ts';
