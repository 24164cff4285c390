import { join } from 'node:path';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from './errors.ts';
import { eosTokenOf } from './eos-token.ts';
import { IncrementalDecoder, type Pieces } from './incremental-decoder.ts';
import { SPECIAL_TOKENS, type SpecialTokenIds } from './special-tokens.ts';
import { textEncoderFrom } from './text-encoder.ts';
import { pieceDecoderFrom, UnsupportedFieldError } from './token-pieces.ts';
import { prefixIdsOf, readJsonObject, tokenizerJsonFrom, tokensById, type TokenizerJson } from './tokenizer-json.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * Loads the tokenizer of a Hugging Face folder: `tokenizer.json`, and `tokenizer_config.json` where there is one, for the
 * end-of-text token.
 *
 * @param folder a checkpoint folder
 * @param options.eosTokenId what config.json has; ends a text where the tokenizer's files name no token for that
 * @throws {TokenizerNotFoundError} if the folder has no tokenizer.json
 * @throws {InvalidTokenizerError} if a file is not what it should be, or asks for what would be done in another way here
 * @throws {MissingSpecialTokenError} if one of {@link SPECIAL_TOKENS} is missing; the error names it
 */
export async function loadTokenizer(
  folder: string,
  { eosTokenId }: { readonly eosTokenId?: number } = {},
): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json');
  const file = await readJsonObject(path);
  if (file === undefined) throw new TokenizerNotFoundError(path);
  const config = (await readJsonObject(join(folder, 'tokenizer_config.json'))) ?? {};
  const json = tokenizerJsonFrom(path, file);
  const tokens = tokensById(path, json);
  return tokenizerFrom(path, json, tokens, specialIdsFrom(path, tokens, eosTokenOf(config, tokens, eosTokenId)));
}

function tokenizerFrom(
  path: string,
  json: TokenizerJson,
  tokens: ReadonlyMap<number, string>,
  special: SpecialTokenIds,
): Tokenizer {
  const specialIds = new Set([
    ...Object.values(special),
    ...json.added_tokens.filter((token) => token.special).map(({ id }) => id),
  ]);
  try {
    const encode = textEncoderFrom(json, specialIds);
    const { pieceOf, ...rules } = pieceDecoderFrom(json.decoder);
    const vocabSize = 1 + [...tokens.keys()].reduce((a, b) => Math.max(a, b), -1);
    const byId = Array.from({ length: vocabSize }, (_, id) => {
      const token = tokens.get(id);
      return token === undefined || specialIds.has(id) ? undefined : pieceOf(token);
    });
    const pieces: Pieces = { ...rules, byId };
    const prefixIds = prefixIdsOf(json.post_processor);
    const stray = prefixIds.find((id) => !tokens.has(id));
    if (stray !== undefined) {
      throw new UnsupportedFieldError(`post_processor: want ids of tokens before a text, got ${String(stray)}`);
    }
    return {
      special,
      vocabSize,
      prefixIds,
      encode,
      decode(ids) {
        for (const id of ids) {
          if (!tokens.has(id)) throw new RangeError(`decode: want ids of tokens in [0, ${vocabSize}), got ${id}`);
        }
        const decoder = new IncrementalDecoder(pieces, false);
        return decoder.push(ids) + decoder.flush();
      },
      continuation: () => new IncrementalDecoder(pieces, true),
    };
  } catch (cause) {
    if (cause instanceof UnsupportedFieldError) throw new InvalidTokenizerError(path, cause.message, { cause });
    throw new InvalidTokenizerError(path, `want a supported tokenizer, got: ${(cause as Error).message}`, { cause });
  }
}

function specialIdsFrom(
  path: string,
  tokens: ReadonlyMap<number, string>,
  eosToken: string | undefined,
): SpecialTokenIds {
  const wanted: Record<keyof SpecialTokenIds, string> = { ...SPECIAL_TOKENS, eos: eosToken ?? SPECIAL_TOKENS.eos };
  const idByToken = new Map<string, number>();
  const names = new Set(Object.values(wanted));
  for (const [id, token] of tokens) if (names.has(token)) idByToken.set(token, id);
  return Object.fromEntries(
    Object.entries(wanted).map(([role, token]) => {
      const id = idByToken.get(token);
      if (id === undefined) throw new MissingSpecialTokenError(path, token, role === 'eos' ? 'eos' : 'added');
      return [role, id];
    }),
  ) as SpecialTokenIds;
}
