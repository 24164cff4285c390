import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from './errors.ts';
import { SPECIAL_TOKENS, type SpecialTokenIds } from './special-tokens.ts';
import type { Tokenizer } from './tokenizer.ts';

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
}

interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/**
 * Loads the tokenizer of a Hugging Face folder: `tokenizer.json`, and `tokenizer_config.json` where there is one.
 *
 * @param folder a checkpoint folder
 * @throws {TokenizerNotFoundError} if the folder has no tokenizer.json
 * @throws {InvalidTokenizerError} if a file is not what it should be
 * @throws {MissingSpecialTokenError} if one of {@link SPECIAL_TOKENS} is missing; the error names it
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json');
  const json = tokenizerJsonFrom(path, await readJson(path, () => new TokenizerNotFoundError(path)));
  const config = (await readJson(join(folder, 'tokenizer_config.json'), () => undefined)) ?? {};

  const idOf = (token: string): number | undefined =>
    json.added_tokens.find(({ content }) => content === token)?.id ?? json.model.vocab[token];
  const special = Object.fromEntries(
    Object.entries(SPECIAL_TOKENS).map(([role, token]) => {
      const id = idOf(token);
      if (id === undefined) throw new MissingSpecialTokenError(path, token);
      return [role, id];
    }),
  ) as SpecialTokenIds;

  const specialIds = new Set([
    ...Object.values(special),
    ...json.added_tokens.filter((token) => token.special).map(({ id }) => id),
  ]);
  // Without its special tokens the library has nothing to match them by, and encodes their characters as text.
  const plain = { ...json, added_tokens: json.added_tokens.filter(({ id }) => !specialIds.has(id)) };
  const inner = buildInner(path, plain, config);

  const vocabSize =
    1 +
    [...Object.values(json.model.vocab), ...specialIds]
      .concat(plain.added_tokens.map(({ id }) => id))
      .reduce((a, b) => Math.max(a, b), -1);
  return {
    special,
    vocabSize,
    encode(text) {
      return text === '' ? [] : inner.encode(text, { add_special_tokens: false }).ids;
    },
    decode(ids) {
      const kept = ids.filter((id) => !specialIds.has(id));
      for (const id of kept) {
        if (inner.id_to_token(id) === undefined) {
          throw new RangeError(`decode: want ids of tokens in [0, ${vocabSize}), got ${id}`);
        }
      }
      // The library refuses an empty list.
      return kept.length === 0
        ? ''
        : inner.decode(kept, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    },
  };
}

function buildInner(path: string, json: TokenizerJson, config: object): HuggingFaceTokenizer {
  try {
    // The library's own type for tokenizer.json lists every model's fields; it checks the ones it uses.
    return new HuggingFaceTokenizer(json as unknown as ConstructorParameters<typeof HuggingFaceTokenizer>[0], config);
  } catch (cause) {
    throw new InvalidTokenizerError(path, `want a supported tokenizer, got: ${(cause as Error).message}`, { cause });
  }
}

function tokenizerJsonFrom(path: string, value: object | undefined): TokenizerJson {
  const json = value as Partial<TokenizerJson> | undefined;
  const vocab = json?.model?.vocab;
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw new InvalidTokenizerError(
      path,
      `model.vocab must be an object of token to id, got ${Array.isArray(vocab) ? 'an array' : typeof vocab}`,
    );
  }
  return { ...json, model: { ...json?.model, vocab }, added_tokens: json?.added_tokens ?? [] };
}

/** Reads a JSON object; when there is no such file, returns or throws what `whenMissing` gives. */
async function readJson(path: string, whenMissing: () => Error | undefined): Promise<object | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const error = whenMissing();
    if (error === undefined) return undefined;
    error.cause = cause;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new InvalidTokenizerError(path, `want JSON, got: ${(cause as Error).message}`, { cause });
  }
  throw new InvalidTokenizerError(path, `want a JSON object, got ${text.slice(0, 40)}`);
}
