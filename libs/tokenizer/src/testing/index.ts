/** @module GPT-2's published vocabulary, for tests and measurements that want CodeGen's own tokenizer. */
export { gpt2Vocabulary } from './gpt2-vocabulary.ts';
export { writeSlowCodegenTokenizer } from './slow-tokenizer-folder.ts';
