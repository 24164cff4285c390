import { loadTokenizer } from '@leti/tokenizer';
import { goldenPath } from '@leti/testing';
import { expect, test } from 'vitest';
import { decodeSampled } from './decode-sampled.ts';

const tokenizer = await loadTokenizer(goldenPath('tokenizer-bytes'));

test('decodes as the tokenizer does', () => {
  const ids = tokenizer.encode('größer als\n');
  expect(decodeSampled(tokenizer, ids)).toBe('größer als\n');
});

test('takes an id beyond the tokenizer for no text', () => {
  const [a, ...rest] = tokenizer.encode('a b');
  expect(decodeSampled(tokenizer, [a!, tokenizer.vocabSize + 3, ...rest])).toBe('a b');
});
