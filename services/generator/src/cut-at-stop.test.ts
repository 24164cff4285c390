import { goldenPath } from '@leti/testing';
import { loadTokenizer } from '@leti/tokenizer';
import { expect, test } from 'vitest';
import { cutAtStop } from './cut-at-stop.ts';

const tokenizer = await loadTokenizer(goldenPath('tokenizer-bytes'));

test('cuts before the stop string that is complete first', () => {
  const ids = tokenizer.encode('return x\n\nprint(x)\n# end');
  expect(cutAtStop(tokenizer, ids, ['# end', '\n\nprint'])?.text).toBe('return x');
});

test('keeps the tokens up to the end of the stop string', () => {
  const ids = tokenizer.encode('return x;; more;;');
  const { tokenCount } = cutAtStop(tokenizer, ids, [';;'])!;
  expect(tokenizer.decode(ids.slice(0, tokenCount))).toContain(';;');
  expect(tokenizer.decode(ids.slice(0, tokenCount - 1))).not.toContain(';;');
});

test('gives the same cut for every sequence that goes on from it', () => {
  const ids = tokenizer.encode('größer ende größer ende grö');
  const cut = cutAtStop(tokenizer, ids, ['ende grö'])!;
  expect(cut.text).toBe('größer ');
  for (let length = cut.tokenCount; length <= ids.length; length++) {
    expect(cutAtStop(tokenizer, ids.slice(0, length), ['ende grö'])).toEqual(cut);
  }
  expect(cutAtStop(tokenizer, ids.slice(0, cut.tokenCount - 1), ['ende grö'])).toBeUndefined();
});

test('gives an empty text when it begins with a stop string', () => {
  expect(cutAtStop(tokenizer, tokenizer.encode(';x'), [';'])?.text).toBe('');
});

test.each([[[]], [['absent']]])('finds nothing for %j', (stop) => {
  expect(cutAtStop(tokenizer, tokenizer.encode('return x'), stop)).toBeUndefined();
});
