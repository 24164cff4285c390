import type { FcftTokenizer } from './fcft-sequence.ts';

/**
 * Token ids of text that is not ours, special tokens left out: a program may raise an error whose text spells
 * `<|good|>`, and a corpus file may hold `<|endoftext|>`; as text they must not become the token.
 */
export function encodePlain(text: string, tokenizer: FcftTokenizer): number[] {
  const specials = new Set(Object.values(tokenizer.special));
  return tokenizer.encode(text).filter((id) => !specials.has(id));
}
