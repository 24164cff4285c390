import { batchesOfLikeLength, WINDOW_BATCHES } from '../batches-of-like-length.ts';
import type { FcftTokenizer } from '../sequences/fcft-tokenizer.ts';
import { deriveSeed, permutation } from '../seeds.ts';
import { blockSequences, documentSequences, type PretrainingSequences } from './pretraining-sequences.ts';
import { documentsOf, framedCorpus, splitHeldOut, type TokenizedCorpus } from './tokenized-corpus.ts';

/** How a corpus becomes sequences and batches. */
export interface PretrainingForm {
  /** `documents`: one sequence each. `blocks`: joined and cut into sequences of one length. */
  readonly form: 'documents' | 'blocks';
  /** What stands behind each document: the end-of-text token, or nothing. */
  readonly separator: 'end_of_text' | 'none';
  /** `shuffled`: each pass in an order of its own, batches of like length. `sequential`: the corpus' order, always. */
  readonly order: 'shuffled' | 'sequential';
  /** Documents that are joined before blocks are cut; 0 is all. */
  readonly groupDocuments: number;
  /** Tokens of a block. */
  readonly blockTokens: number;
  /** Share of the documents that is never trained on; see {@link splitHeldOut}. */
  readonly heldOutShare: number;
  /** Sequences per batch. */
  readonly batchSize: number;
}

export interface PretrainingStreamOptions {
  readonly seed: bigint;
  readonly corpus: TokenizedCorpus;
  readonly tokenizer: Pick<FcftTokenizer, 'prefixIds' | 'special'>;
  /** Tokens per sequence at most; blocks are no longer either. */
  readonly maxSequenceTokens: number;
  readonly form: PretrainingForm;
}

/** An endless stream of batches from a corpus, any of which can be read without those before it. */
export interface PretrainingStream {
  /** The `index`-th batch, from 0: `batchSize` sequences, each int32 [T], 1 <= T <= maxSequenceTokens. */
  batch(index: number): Int32Array[];
  /** Tokens of each sequence of that batch, without reading it. */
  lengths(index: number): number[];
  /** At most `limit` held-out sequences in batches of like length, the same for every seed; none without a share. */
  heldOut(limit: number): Int32Array[][];
}

/** A corpus too small for what is to be made of it. */
export class CorpusTooSmallError extends Error {
  override readonly name = 'CorpusTooSmallError';
}

/**
 * Passes over a corpus. In every form a document begins with what the model expects before every text. The defaults of
 * the `fixed` mode differ from the published code: there documents are not separated, never shuffled, and started over
 * with each epoch; blocks, no separator and sequential order give its stream.
 *
 * Blocks that do not fill a last batch of the pass are left out. Batches of shuffled documents go on over the end of a
 * pass, and are of like length, see {@link batchesOfLikeLength}.
 *
 * @throws {CorpusTooSmallError} when there is no document, or not one batch of blocks
 */
export function pretrainingStream(options: PretrainingStreamOptions): PretrainingStream {
  const { seed, corpus, form } = options;
  const { batchSize, order } = form;
  if (corpus.documents === 0)
    throw new CorpusTooSmallError('pre-training corpus: want at least one document, got none');
  const { training, heldOut } = splitHeldOut(corpus.documents, form.heldOutShare);
  const sequences = sequencesOf(documentsOf(corpus, training), options);
  const count = form.form === 'blocks' ? sequences.count - (sequences.count % batchSize) : sequences.count;
  if (count === 0)
    throw new CorpusTooSmallError(
      `pre-training corpus: want at least a batch of ${batchSize} blocks of ` +
        `${blockTokensOf(options)} tokens, got ${sequences.count}`,
    );
  const placeOf = order === 'sequential' ? inOrder(count) : shuffled(seed, count);
  const batchAt =
    order === 'shuffled' && form.form === 'documents'
      ? likeLengths(seed, batchSize, placeOf, sequences)
      : cut(batchSize, placeOf);
  return {
    batch: (index) => batchAt(index).map(({ sequence, pass }) => sequences.read(sequence, pass)),
    lengths: (index) => batchAt(index).map(({ sequence, pass }) => sequences.lengthOf(sequence, pass)),
    heldOut: (limit) => heldOutBatches(sequencesOf(documentsOf(corpus, heldOut), options), batchSize, limit),
  };
}

/** A sequence of the endless stream. */
interface Place {
  readonly sequence: number;
  readonly pass: number;
}

function sequencesOf(corpus: TokenizedCorpus, options: PretrainingStreamOptions): PretrainingSequences {
  const { tokenizer, maxSequenceTokens, form } = options;
  const behind = form.separator === 'end_of_text' ? [tokenizer.special.eos] : [];
  const framed = framedCorpus(corpus, tokenizer.prefixIds, behind);
  return form.form === 'blocks'
    ? blockSequences(framed, blockTokensOf(options), form.groupDocuments)
    : documentSequences(framed, maxSequenceTokens);
}

function blockTokensOf({ form, maxSequenceTokens }: PretrainingStreamOptions): number {
  return Math.min(form.blockTokens, maxSequenceTokens);
}

function inOrder(count: number): (position: number) => Place {
  return (position) => ({ sequence: position % count, pass: Math.floor(position / count) });
}

function shuffled(seed: bigint, count: number): (position: number) => Place {
  let order: { pass: number; sequences: Int32Array } = { pass: -1, sequences: new Int32Array() };
  return (position) => {
    const pass = Math.floor(position / count);
    if (order.pass !== pass)
      order = { pass, sequences: permutation(deriveSeed(seed, 'pretraining-order', pass), count) };
    return { sequence: order.sequences[position % count]!, pass };
  };
}

function cut(batchSize: number, placeOf: (position: number) => Place): (index: number) => Place[] {
  return (index) => Array.from({ length: batchSize }, (_, i) => placeOf(index * batchSize + i));
}

function likeLengths(
  seed: bigint,
  batchSize: number,
  placeOf: (position: number) => Place,
  sequences: PretrainingSequences,
): (index: number) => Place[] {
  const windowAt = (index: number): Place[][] => {
    const size = WINDOW_BATCHES * batchSize;
    const places = Array.from({ length: size }, (_, i) => placeOf(index * size + i));
    const lengths = places.map(({ sequence, pass }) => sequences.lengthOf(sequence, pass));
    const batches = batchesOfLikeLength(
      Int32Array.from(places.keys()),
      (i) => lengths[i]!,
      batchSize,
      deriveSeed(seed, 'pretraining-batches', index),
    );
    return batches.map((batch) => Array.from(batch, (i) => places[i]!));
  };
  let window: { index: number; batches: Place[][] } = { index: -1, batches: [] };
  return (index) => {
    const wanted = Math.floor(index / WINDOW_BATCHES);
    if (window.index !== wanted) window = { index: wanted, batches: windowAt(wanted) };
    return window.batches[index % WINDOW_BATCHES]!;
  };
}

function heldOutBatches(sequences: PretrainingSequences, batchSize: number, limit: number): Int32Array[][] {
  const chosen = Array.from({ length: Math.min(limit, sequences.count) }, (_, i) => sequences.read(i, 0));
  chosen.sort((a, b) => a.length - b.length);
  return Array.from({ length: Math.ceil(chosen.length / batchSize) }, (_, i) =>
    chosen.slice(i * batchSize, (i + 1) * batchSize),
  );
}
