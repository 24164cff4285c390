import type { Tokenizer } from '@leti/tokenizer';

/**
 * Decodes what a model wrote. A model's vocabulary may be larger than its tokenizer's, e.g. rounded up for speed; an id
 * that names no token can then be drawn, however seldom, and stands for no text.
 */
export function decodeSampled(tokenizer: Tokenizer, tokenIds: readonly number[]): string {
  try {
    return tokenizer.decode(tokenIds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return tokenizer.decode(tokenIds.filter((id) => namesToken(tokenizer, id)));
  }
}

function namesToken(tokenizer: Tokenizer, id: number): boolean {
  try {
    tokenizer.decode([id]);
    return true;
  } catch {
    return false;
  }
}
