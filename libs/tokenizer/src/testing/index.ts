/** @module CodeGen's own tokenizer, of GPT-2's published vocabulary, for tests and measurements that want it. */
export { codegenTokenizerJson } from './codegen-tokenizer-json.ts';
export { gpt2Vocabulary } from './gpt2-vocabulary.ts';
export { writeSlowCodegenTokenizer } from './slow-tokenizer-folder.ts';
