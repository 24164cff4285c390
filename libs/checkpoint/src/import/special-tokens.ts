import { SPECIAL_TOKENS } from '@leti/tokenizer';
import { isRecord } from '../read-json.ts';

/** The tokens of LETI that a model gets, in the order in which the published system adds them. */
const ADDED_ROLES = ['bad', 'good', 'langFeedback', 'endLangFeedback'] as const;

type JsonObject = Readonly<Record<string, unknown>>;

/** A token with its id, which is its row in the embedding. */
export interface TokenId {
  readonly token: string;
  readonly id: number;
}

/** Where the special tokens of LETI are, or go, in a vocabulary. */
export interface SpecialTokenPlan {
  /** Those that the tokenizer does not have yet. */
  readonly added: readonly TokenId[];
  /** One more than the tokenizer's greatest id so far. */
  readonly firstFreeId: number;
  /** Rows that the embedding needs to have. */
  readonly minRows: number;
}

/**
 * Gives each of the four tokens that a tokenizer lacks the next free id after its own. Those rows of the embedding are
 * unused where the table is longer than the vocabulary, as in CodeGen (51,200 for 50,295) and Qwen2.
 *
 * @param tokens of the tokenizer, by id
 */
export function planSpecialTokens(tokens: ReadonlyMap<number, string>): SpecialTokenPlan {
  const there = new Set(tokens.values());
  const firstFreeId = 1 + [...tokens.keys()].reduce((a, b) => Math.max(a, b), -1);
  const added = ADDED_ROLES.map((role) => SPECIAL_TOKENS[role] as string)
    .filter((token) => !there.has(token))
    .map((token, i): TokenId => ({ token, id: firstFreeId + i }));
  return { added, firstFreeId, minRows: firstFreeId + added.length };
}

/** A tokenizer.json that has these tokens as special ones, never split and never matched by halves. */
export function withAddedTokens(json: JsonObject, added: readonly TokenId[]): JsonObject {
  const entries = added.map(({ token, id }) => ({ id, content: token, ...FLAGS }));
  return { ...json, added_tokens: [...((json['added_tokens'] as readonly unknown[] | undefined) ?? []), ...entries] };
}

/** A tokenizer_config.json that says so too, where it lists added tokens at all. */
export function withDecodedTokens(config: JsonObject, added: readonly TokenId[]): JsonObject {
  const decoder = config['added_tokens_decoder'];
  if (!isRecord(decoder)) return config;
  const entries = added.map(({ token, id }) => [id, { content: token, ...FLAGS }]);
  return { ...config, added_tokens_decoder: { ...decoder, ...Object.fromEntries(entries) } };
}

const FLAGS = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
