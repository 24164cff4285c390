import { describe, expect, test } from 'vitest';
import { pretrainingStream } from './pretraining-stream.ts';

const eos = 260;
const tokenizer = {
  special: { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos },
  prefixIds: [],
  encode: (text: string) => [...new TextEncoder().encode(text)],
};
const documents = ['a', 'b', 'c', 'defgh'];
const open = (seed = 1n) => pretrainingStream({ seed, documents, tokenizer, maxSequenceTokens: 4, batchSize: 2 });
const text = (ids: Int32Array) => [...ids].map((id) => (id === eos ? '.' : String.fromCharCode(id))).join('');
/** The texts of batches `from` … `to − 1`. */
const texts = (from: number, to: number, stream = open()) =>
  Array.from({ length: to - from }, (_, i) => stream.batch(from + i).map(text)).flat();

describe('pretrainingStream', () => {
  test('ends documents with end-of-text, gives each once a pass, and moves on in long ones', () => {
    // A window of 8 batches is four passes: the long document's first window twice, its second twice.
    const counts = Map.groupBy(texts(0, 8), (t) => t);
    expect(Object.fromEntries([...counts].map(([t, all]) => [t, all.length]))).toEqual({
      'a.': 4,
      'b.': 4,
      'c.': 4,
      defg: 2,
      'h.': 2,
    });
  });
  test('puts sequences of like length together', () => {
    for (let index = 0; index < 8; index++) {
      const [first, second] = open().batch(index);
      expect(first!.length).toBe(second!.length);
    }
  });
  test('gives the same batches wherever reading starts', () => {
    const whole = texts(0, 20);
    for (const from of [3, 8, 13]) expect(texts(from, 20)).toEqual(whole.slice(2 * from));
  });
  test('has another order per window and per seed', () => {
    const orders = [0n, 1n, 2n, 3n].map((seed) => texts(0, 8, open(seed)).join(' '));
    expect(new Set([...orders, texts(8, 16).join(' ')]).size).toBe(5);
  });
  test('refuses an empty corpus', () => {
    const options = { seed: 1n, documents: [], tokenizer, maxSequenceTokens: 4, batchSize: 2 };
    expect(() => pretrainingStream(options)).toThrow(RangeError);
  });
});
