import type { Tokenizer } from '@leti/tokenizer';
import { decodeSampled } from './decode-sampled.ts';

/** A sampled text up to its first stop string. */
export interface CutText {
  readonly text: string;
  /** How many of the tokens were written when the stop string was complete. */
  readonly tokenCount: number;
}

/**
 * Finds the stop string that begins first in what the tokens say. The answer is the same for every longer sequence that
 * begins with the first `tokenCount` tokens, so a text does not depend on how decoding is cut into chunks.
 *
 * @param stop none empty
 * @returns undefined when no stop string occurs
 */
export function cutAtStop(
  tokenizer: Tokenizer,
  tokenIds: readonly number[],
  stop: readonly string[],
): CutText | undefined {
  if (stop.length === 0 || !occurs(decodeSampled(tokenizer, tokenIds), stop)) return undefined;
  // Stop strings are found soon after they are written, so the end is near the cut.
  let tokenCount = tokenIds.length;
  while (occurs(decodeSampled(tokenizer, tokenIds.slice(0, tokenCount - 1)), stop)) tokenCount--;
  const text = decodeSampled(tokenizer, tokenIds.slice(0, tokenCount));
  return { text: text.slice(0, Math.min(...startsOf(text, stop))), tokenCount };
}

function startsOf(text: string, stop: readonly string[]): number[] {
  return stop.map((each) => text.indexOf(each)).filter((start) => start >= 0);
}

function occurs(text: string, stop: readonly string[]): boolean {
  return startsOf(text, stop).length > 0;
}
