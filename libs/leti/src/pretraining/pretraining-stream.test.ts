import { describe, expect, test } from 'vitest';
import { batchesOfLikeLength, WINDOW_BATCHES } from '../batches-of-like-length.ts';
import { deriveSeed, permutation } from '../seeds.ts';
import { CorpusTooSmallError, type PretrainingForm, pretrainingStream } from './pretraining-stream.ts';
import type { TokenizedCorpus } from './tokenized-corpus.ts';

const eos = 260;
const special = { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos };
const encode = (text: string) => [...new TextEncoder().encode(text)];
const corpusOf = (texts: readonly string[]): TokenizedCorpus => ({
  documents: texts.length,
  lengthOf: (document) => encode(texts[document]!).length,
  read: (document, start, end) => Int32Array.from(encode(texts[document]!).slice(start, end)),
});
const text = (ids: Int32Array) => [...ids].map((id) => (id === eos ? '.' : String.fromCharCode(id))).join('');

const DEFAULTS: PretrainingForm = {
  form: 'documents',
  separator: 'end_of_text',
  order: 'shuffled',
  groupDocuments: 0,
  blockTokens: 4,
  heldOutShare: 0,
  batchSize: 2,
};
interface Opening extends Partial<PretrainingForm> {
  readonly texts?: readonly string[];
  readonly seed?: bigint;
  readonly prefixIds?: readonly number[];
  readonly maxSequenceTokens?: number;
}
const open = (opening: Opening = {}) => {
  const { texts = ['a', 'b', 'c', 'defgh'], seed = 1n, prefixIds = [], maxSequenceTokens = 4, ...form } = opening;
  return pretrainingStream({
    seed,
    corpus: corpusOf(texts),
    tokenizer: { prefixIds, special },
    maxSequenceTokens,
    form: { ...DEFAULTS, ...form },
  });
};
/** The texts of batches `from` … `to − 1`. */
const textsOf = (from: number, to: number, stream = open()) =>
  Array.from({ length: to - from }, (_, i) => stream.batch(from + i).map(text)).flat();

describe('pretrainingStream of documents', () => {
  test('ends documents with end-of-text, gives each once a pass, and moves on in long ones', () => {
    // A window of 8 batches is four passes: the long document's first window twice, its second twice.
    const counts = Map.groupBy(textsOf(0, 8), (t) => t);
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
    const whole = textsOf(0, 20);
    for (const from of [3, 8, 13]) expect(textsOf(from, 20)).toEqual(whole.slice(2 * from));
  });
  test('tells the lengths of a batch without reading it', () => {
    const stream = open();
    for (let index = 0; index < 10; index++)
      expect(stream.lengths(index)).toEqual(stream.batch(index).map(({ length }) => length));
  });
  test('has another order per window and per seed', () => {
    const orders = [0n, 1n, 2n, 3n].map((seed) => textsOf(0, 8, open({ seed })).join(' '));
    expect(new Set([...orders, textsOf(8, 16).join(' ')]).size).toBe(5);
  });
  test('refuses an empty corpus', () => {
    expect(() => open({ texts: [] })).toThrow(CorpusTooSmallError);
  });
  test('puts what the model expects before every text into its first window, and may leave the end out', () => {
    const texts = ['abcdefg'];
    const stream = open({ texts, prefixIds: [eos], separator: 'none', batchSize: 1 });
    expect(new Set(textsOf(0, 8, stream))).toEqual(new Set(['.abc', 'defg']));
  });
  test('in sequential order, goes through the corpus as it is', () => {
    expect(textsOf(0, 4, open({ order: 'sequential' }))).toEqual(['a.', 'b.', 'c.', 'defg', 'a.', 'b.', 'c.', 'h.']);
  });

  test('is the stream that runs made before shards began with, batch by batch', () => {
    const texts = Array.from({ length: 50 }, (_, i) => 'x'.repeat(1 + Number(deriveSeed(7n, i) % 9n)) + i);
    for (const [seed, prefixIds] of [
      [1n, []],
      [9n, [5, 6]],
    ] as const) {
      const stream = open({ texts, seed, prefixIds, batchSize: 3, maxSequenceTokens: 5 });
      const expected = streamInMemory({ texts, seed, prefixIds, batchSize: 3, maxSequenceTokens: 5 });
      for (let index = 0; index < 60; index++) expect(stream.batch(index)).toEqual(expected(index));
    }
  });
});

describe('pretrainingStream of blocks', () => {
  const blocks = (opening: Opening = {}) => open({ form: 'blocks', order: 'sequential', ...opening });

  test('joins documents and cuts them into sequences of one length', () => {
    expect(textsOf(0, 2, blocks({ texts: ['abc', 'defgh', 'ij', 'klmno'] }))).toEqual(['abc.', 'defg', 'h.ij', '.klm']);
    const texts = ['abc', 'defgh', 'ij', 'klmnop'];
    expect(textsOf(0, 2, blocks({ texts, separator: 'none' }))).toEqual(['abcd', 'efgh', 'ijkl', 'mnop']);
  });
  test('drops what is left of a group of documents, and what does not fill a batch', () => {
    const texts = ['abc', 'defgh', 'ij', 'klm', 'nopqrst'];
    const stream = blocks({ texts, separator: 'none', groupDocuments: 2 });
    // abcd efgh | ijkl m | nopq rst: the third block has no partner.
    expect(textsOf(0, 2, stream)).toEqual(['abcd', 'efgh', 'ijkl', 'nopq']);
    expect(textsOf(0, 2, blocks({ texts, separator: 'none', groupDocuments: 2, batchSize: 3 }))).toEqual(
      'abcd efgh ijkl abcd efgh ijkl'.split(' '),
    );
  });
  test('gives each block once a pass when shuffled, another order in each', () => {
    const stream = blocks({ texts: ['abcdefghijklmnopqrstuvwxyzABCDEF'], separator: 'none', order: 'shuffled' });
    const passes = [0, 1].map((pass) => textsOf(4 * pass, 4 * (pass + 1), stream));
    const all = ['abcd', 'efgh', 'ijkl', 'mnop', 'qrst', 'uvwx', 'yzAB', 'CDEF'].toSorted();
    for (const pass of passes) expect(pass.toSorted()).toEqual(all);
    expect(passes[0]).not.toEqual(passes[1]);
  });
  test('skips documents without tokens', () => {
    expect(textsOf(0, 1, blocks({ texts: ['', 'abc', '', '', 'defgh', ''], separator: 'none' }))).toEqual([
      'abcd',
      'efgh',
    ]);
  });
  test('refuses a corpus that does not make one batch', () => {
    expect(() => blocks({ texts: ['abc'] })).toThrow('want at least a batch of 2 blocks of 4 tokens, got 1');
  });
});

describe('held-out documents', () => {
  const texts = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i));
  test('are never trained on, and are the same for every seed', () => {
    const heldOut = open({ texts, heldOutShare: 0.2 }).heldOut(100).flat().map(text);
    expect(heldOut).toHaveLength(4);
    for (const seed of [1n, 2n]) {
      const stream = open({ texts, heldOutShare: 0.2, seed });
      expect(stream.heldOut(100).flat().map(text)).toEqual(heldOut);
      const trained = new Set(textsOf(0, 40, stream));
      expect(trained.size).toBe(16);
      for (const one of heldOut) expect(trained).not.toContain(one);
    }
  });
  test('come in batches from short to long, no more than asked for', () => {
    const lengths = open({ texts: texts.map((t, i) => t.repeat(1 + (i % 3))), heldOutShare: 0.5 })
      .heldOut(5)
      .map((batch) => batch.map(({ length }) => length));
    expect(lengths.map((batch) => batch.length)).toEqual([2, 2, 1]);
    expect(lengths.flat()).toEqual(lengths.flat().toSorted((a, b) => a - b));
  });
  test('are none without a share, and one at least with one, if there are two', () => {
    expect(open({ texts }).heldOut(9)).toEqual([]);
    expect(open({ texts, heldOutShare: 0.001 }).heldOut(9)).toHaveLength(1);
    expect(open({ texts: ['a'], heldOutShare: 0.5 }).heldOut(9)).toEqual([]);
  });
});

/** The stream as it was when documents were held as text: what runs that began with it must go on with. */
function streamInMemory({
  texts,
  seed,
  prefixIds,
  batchSize,
  maxSequenceTokens,
}: Required<Pick<Opening, 'texts' | 'seed' | 'prefixIds' | 'maxSequenceTokens'>> & { batchSize: number }) {
  const sequenceAt = (position: number): Int32Array => {
    const pass = Math.floor(position / texts.length);
    const order = permutation(deriveSeed(seed, 'pretraining-order', pass), texts.length);
    const ids = Int32Array.from([...prefixIds, ...encode(texts[order[position % texts.length]!]!), eos]);
    const start = (pass % Math.ceil(ids.length / maxSequenceTokens)) * maxSequenceTokens;
    return ids.slice(start, start + maxSequenceTokens);
  };
  return (index: number): Int32Array[] => {
    const window = Math.floor(index / WINDOW_BATCHES);
    const size = WINDOW_BATCHES * batchSize;
    const sequences = Array.from({ length: size }, (_, i) => sequenceAt(window * size + i));
    const batches = batchesOfLikeLength(
      Int32Array.from(sequences.keys()),
      (i) => sequences[i]!.length,
      batchSize,
      deriveSeed(seed, 'pretraining-batches', window),
    );
    return Array.from(batches[index % WINDOW_BATCHES]!, (i) => sequences[i]!);
  };
}
