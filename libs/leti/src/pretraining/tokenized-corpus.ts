import { deriveSeed, permutation } from '../seeds.ts';

/** A corpus as token ids: documents in a fixed order, any part of which is read without the rest. */
export interface TokenizedCorpus {
  /** How many documents there are. */
  readonly documents: number;
  /** Tokens of a document; documents count from 0. */
  lengthOf(document: number): number;
  /** Ids `start` … `end` − 1 of a document, int32 [end − start]; the caller's own. */
  read(document: number, start: number, end: number): Int32Array;
}

/** The corpus with the same ids in front of every document, and others behind. */
export function framedCorpus(
  corpus: TokenizedCorpus,
  front: readonly number[],
  behind: readonly number[],
): TokenizedCorpus {
  const lengthOf = (document: number): number => front.length + corpus.lengthOf(document) + behind.length;
  return {
    documents: corpus.documents,
    lengthOf,
    read(document, start, end) {
      const bodyEnd = front.length + corpus.lengthOf(document);
      const within = (place: number): number => Math.min(Math.max(place, front.length), bodyEnd);
      const ids = new Int32Array(end - start);
      ids.set(front.slice(start, end));
      const [from, to] = [within(start), within(end)];
      if (from < to) ids.set(corpus.read(document, from - front.length, to - front.length), from - start);
      if (end > bodyEnd) {
        const first = Math.max(start, bodyEnd);
        ids.set(behind.slice(first - bodyEnd, end - bodyEnd), first - start);
      }
      return ids;
    },
  };
}

/** Some of a corpus' documents, in the order given. */
export function documentsOf(corpus: TokenizedCorpus, documents: Int32Array): TokenizedCorpus {
  return {
    documents: documents.length,
    lengthOf: (document) => corpus.lengthOf(documents[document]!),
    read: (document, start, end) => corpus.read(documents[document]!, start, end),
  };
}

/** What keeps the held-out documents the same in every run, whatever its seed: runs are compared on them. */
const HELD_OUT_SEED = 42n;

/**
 * Sets documents aside that are never trained on. Which ones depends on their number and the share only, so that all runs
 * over a corpus hold out the same; the rest keeps its order.
 *
 * @param share in [0, 1); above 0 it holds out at least one document, and always leaves one to train on
 */
export function splitHeldOut(
  documents: number,
  share: number,
): { readonly training: Int32Array; readonly heldOut: Int32Array } {
  const wanted = share > 0 ? Math.max(1, Math.floor(documents * share)) : 0;
  const count = Math.min(wanted, documents - 1);
  if (count <= 0) return { training: Int32Array.from({ length: documents }, (_, i) => i), heldOut: new Int32Array() };
  const order = permutation(deriveSeed(HELD_OUT_SEED, 'held-out', documents), documents);
  return { heldOut: order.slice(0, count), training: order.slice(count).toSorted() };
}
