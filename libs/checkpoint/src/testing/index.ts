/** @module A hub and models to import, for tests. */
export { testHub, type SeenRequest, type TestHub, type TestHubOptions } from './hub-server.ts';
export { withoutLetiTokens } from './without-leti-tokens.ts';
export { withSlowTokenizer } from './with-slow-tokenizer.ts';
