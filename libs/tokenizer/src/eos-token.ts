import { SPECIAL_TOKENS } from './special-tokens.ts';
import { tokenText } from './token-text.ts';

/**
 * The token that ends a text: the one that tokenizer_config.json names; else `<|endoftext|>`, where there is one; else
 * the one whose id config.json gives.
 *
 * @param tokenizerConfig the file's value, `{}` where there is none
 * @param tokens by id
 * @param eosTokenId `eos_token_id` of config.json
 * @returns undefined where all of them say nothing; a name may be that of no token
 */
export function eosTokenOf(
  tokenizerConfig: { readonly eos_token?: unknown },
  tokens: ReadonlyMap<number, string>,
  eosTokenId: number | undefined,
): string | undefined {
  const named = tokenText(tokenizerConfig.eos_token);
  if (named !== undefined) return named;
  for (const token of tokens.values()) if (token === SPECIAL_TOKENS.eos) return token;
  return eosTokenId === undefined ? undefined : tokens.get(eosTokenId);
}
