import { describe, expect, test } from 'vitest';
import { pretrainingStream } from './pretraining-stream.ts';

const eos = 260;
const tokenizer = {
  special: { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos },
  encode: (text: string) => [...new TextEncoder().encode(text)],
};
const documents = ['a', 'b', 'c', 'defgh'];
const open = (seed = 1n) => pretrainingStream({ seed, documents, tokenizer, maxSequenceTokens: 4 });
const text = (ids: Int32Array) => [...ids].map((id) => (id === eos ? '.' : String.fromCharCode(id))).join('');

describe('pretrainingStream', () => {
  test('ends documents with end-of-text and gives each once a pass', () => {
    expect(open().batch(0, 4).map(text).toSorted()).toEqual(['a.', 'b.', 'c.', 'defg']);
  });
  test('moves on in a long document from pass to pass', () => {
    const long = open()
      .batch(0, 12)
      .map(text)
      .filter((t) => t.length > 2 || t.startsWith('h'));
    expect(long).toEqual(['defg', 'h.', 'defg']);
  });
  test('gives the same sequences wherever reading starts', () => {
    const whole = open().batch(0, 20);
    expect(open().batch(7, 13)).toEqual(whole.slice(7));
    expect([...open().batch(0, 3), ...open().batch(3, 17)]).toEqual(whole);
  });
  test('has another order per pass and per seed', () => {
    const orders = [0n, 1n, 2n, 3n].map((seed) => open(seed).batch(0, 16).map(text).join(' '));
    expect(new Set(orders).size).toBe(4);
  });
  test('refuses an empty corpus', () => {
    expect(() => pretrainingStream({ seed: 1n, documents: [], tokenizer, maxSequenceTokens: 4 })).toThrow(RangeError);
  });
});
