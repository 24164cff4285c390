import { batchesOfLikeLength, WINDOW_BATCHES } from './batches-of-like-length.ts';
import type { FcftTokenizer } from './fcft-sequence.ts';
import { deriveSeed, permutation } from './seeds.ts';

export interface PretrainingStreamOptions {
  readonly seed: bigint;
  /** The corpus, one document each; none of them empty. */
  readonly documents: readonly string[];
  readonly tokenizer: FcftTokenizer;
  /** Tokens per sequence at most. */
  readonly maxSequenceTokens: number;
  /** Sequences per batch. */
  readonly batchSize: number;
}

/** An endless stream of batches from a corpus, any of which can be read without those before it. */
export interface PretrainingStream {
  /** The `index`-th batch, from 0: `batchSize` sequences, each int32 [T], 1 <= T <= maxSequenceTokens. */
  batch(index: number): Int32Array[];
}

/**
 * Passes over the corpus, each in an order of its own. A document is one sequence, begins with what the model expects
 * before every text, and ends with end-of-text; of one
 * that is too long, each pass takes the next window. Batches are of like length, see {@link batchesOfLikeLength}.
 * Documents are tokenised when first needed.
 *
 * Unlike the published code, documents are separated, shuffled, and never started over before all have been seen.
 *
 * @throws {RangeError} when there is no document
 */
export function pretrainingStream(options: PretrainingStreamOptions): PretrainingStream {
  const { seed, documents, tokenizer, maxSequenceTokens, batchSize } = options;
  if (documents.length === 0) throw new RangeError('pretrainingStream: want at least one document, got none');
  const encoded = new Map<number, Int32Array>();
  let order: { pass: number; indices: Int32Array } = { pass: -1, indices: new Int32Array() };

  const tokensOf = (document: number): Int32Array => {
    const known = encoded.get(document);
    if (known !== undefined) return known;
    const ids = Int32Array.from([
      ...tokenizer.prefixIds,
      ...tokenizer.encode(documents[document]!),
      tokenizer.special.eos,
    ]);
    encoded.set(document, ids);
    return ids;
  };
  const sequenceAt = (position: number): Int32Array => {
    const pass = Math.floor(position / documents.length);
    if (order.pass !== pass)
      order = { pass, indices: permutation(deriveSeed(seed, 'pretraining-order', pass), documents.length) };
    const ids = tokensOf(order.indices[position % documents.length]!);
    const start = (pass % Math.ceil(ids.length / maxSequenceTokens)) * maxSequenceTokens;
    return ids.slice(start, start + maxSequenceTokens);
  };
  let window: { index: number; batches: Int32Array[][] } = { index: -1, batches: [] };
  const windowAt = (index: number): Int32Array[][] => {
    const size = WINDOW_BATCHES * batchSize;
    const sequences = Array.from({ length: size }, (_, i) => sequenceAt(index * size + i));
    const batches = batchesOfLikeLength(
      Int32Array.from(sequences.keys()),
      (i) => sequences[i]!.length,
      batchSize,
      deriveSeed(seed, 'pretraining-batches', index),
    );
    return batches.map((batch) => Array.from(batch, (i) => sequences[i]!));
  };
  return {
    batch(index) {
      const wanted = Math.floor(index / WINDOW_BATCHES);
      if (window.index !== wanted) window = { index: wanted, batches: windowAt(wanted) };
      return window.batches[index % WINDOW_BATCHES]!;
    },
  };
}
