import type { Condition } from '@leti/leti';
import type { Tokenizer } from '@leti/tokenizer';

/**
 * prompt = what the tokenizer puts before every text ⊕ reward token ⊕ encoded text. Special tokens in the text itself are
 * ordinary characters.
 */
export function promptIds(tokenizer: Tokenizer, prompt: string, condition: Condition): number[] {
  const reward = condition === 'none' ? [] : [tokenizer.special[condition]];
  return [...tokenizer.prefixIds, ...reward, ...tokenizer.encode(prompt)];
}
