import type { TokenizedCorpus } from './tokenized-corpus.ts';

/** What a pass over a corpus consists of. */
export interface PretrainingSequences {
  /** Sequences in one pass. */
  readonly count: number;
  /** Tokens of a sequence; it may be another part of a document in another pass. */
  lengthOf(sequence: number, pass: number): number;
  /** int32 [T]; the caller's own. */
  read(sequence: number, pass: number): Int32Array;
}

/** A document is one sequence; of one that is longer than `maxTokens`, each pass takes the next window. */
export function documentSequences(corpus: TokenizedCorpus, maxTokens: number): PretrainingSequences {
  const windowOf = (document: number, pass: number): readonly [start: number, end: number] => {
    const length = corpus.lengthOf(document);
    const start = (pass % Math.ceil(length / maxTokens)) * maxTokens;
    return [start, Math.min(start + maxTokens, length)];
  };
  return {
    count: corpus.documents,
    lengthOf(document, pass) {
      const [start, end] = windowOf(document, pass);
      return end - start;
    },
    read: (document, pass) => corpus.read(document, ...windowOf(document, pass)),
  };
}

/**
 * Documents are joined, `groupDocuments` at a time, and cut into sequences of `blockTokens`; what is left at the end of a
 * group is dropped. Every pass has the same sequences. A block may begin within a document and hold several.
 *
 * @param groupDocuments 0 joins all of them
 */
export function blockSequences(
  corpus: TokenizedCorpus,
  blockTokens: number,
  groupDocuments: number,
): PretrainingSequences {
  // Where each document begins when all are joined, and where the last one ends.
  const begins = new Float64Array(corpus.documents + 1);
  for (let document = 0; document < corpus.documents; document++)
    begins[document + 1] = begins[document]! + corpus.lengthOf(document);
  const blocks: number[] = [];
  const groupSize = groupDocuments === 0 ? corpus.documents : groupDocuments;
  for (let first = 0; first < corpus.documents; first += groupSize) {
    const end = begins[Math.min(first + groupSize, corpus.documents)]!;
    for (let start = begins[first]!; start + blockTokens <= end; start += blockTokens) blocks.push(start);
  }
  return {
    count: blocks.length,
    lengthOf: () => blockTokens,
    read(block) {
      const ids = new Int32Array(blockTokens);
      let document = lastAtOrBefore(begins, blocks[block]!);
      for (let filled = 0; filled < blockTokens; document++) {
        const start = blocks[block]! + filled - begins[document]!;
        const end = Math.min(start + blockTokens - filled, corpus.lengthOf(document));
        ids.set(corpus.read(document, start, end), filled);
        filled += end - start;
      }
      return ids;
    },
  };
}

/** The last place in an ascending list whose value is at most `value`; of equal ones the last. */
function lastAtOrBefore(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
