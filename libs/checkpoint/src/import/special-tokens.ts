import { SPECIAL_TOKENS } from '@leti/tokenizer';
import { InvalidCheckpointError } from '../errors.ts';
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
  /** All four. */
  readonly tokens: readonly TokenId[];
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
 * @param json a tokenizer.json
 * @throws {InvalidCheckpointError} if it has no vocabulary of ids
 */
export function planSpecialTokens(path: string, json: JsonObject): SpecialTokenPlan {
  const ids = tokenIdsIn(path, json);
  const firstFreeId = 1 + [...ids.values()].reduce((a, b) => Math.max(a, b), -1);
  const tokens: TokenId[] = [];
  const added: TokenId[] = [];
  for (const role of ADDED_ROLES) {
    const token = SPECIAL_TOKENS[role];
    const entry = { token, id: ids.get(token) ?? firstFreeId + added.length };
    tokens.push(entry);
    if (!ids.has(token)) added.push(entry);
  }
  return { tokens, added, firstFreeId, minRows: firstFreeId + added.length };
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

/** Ids by token, of the model's vocabulary and the added tokens. */
export function tokenIdsIn(path: string, json: JsonObject): ReadonlyMap<string, number> {
  const model = json['model'];
  const vocab = isRecord(model) ? model['vocab'] : undefined;
  const added = json['added_tokens'] ?? [];
  const entries = [
    ...(Array.isArray(vocab)
      ? vocab.map((entry: unknown, id): [unknown, unknown] => [Array.isArray(entry) ? entry[0] : undefined, id])
      : Object.entries(isRecord(vocab) ? vocab : {})),
    ...(Array.isArray(added)
      ? added.map((entry: unknown): [unknown, unknown] =>
          isRecord(entry) ? [entry['content'], entry['id']] : [undefined, undefined],
        )
      : []),
  ];
  if (entries.length === 0) throw new InvalidCheckpointError(path, 'model.vocab must hold tokens, got none');
  const ids = new Map<string, number>();
  for (const [token, id] of entries) {
    if (typeof token !== 'string' || !Number.isSafeInteger(id) || (id as number) < 0) {
      throw new InvalidCheckpointError(path, `want tokens with ids, got ${JSON.stringify([token, id])?.slice(0, 80)}`);
    }
    ids.set(token, id as number);
  }
  return ids;
}
