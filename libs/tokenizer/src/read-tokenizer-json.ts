import { join } from 'node:path';
import { InvalidTokenizerError, TokenizerNotFoundError } from './errors.ts';
import { slowTokenizerJson } from './slow-tokenizer.ts';
import { readJsonObject, tokenizerJsonFrom, tokensById } from './tokenizer-json.ts';

/**
 * A folder's tokenizer.json, or the one that its older files come to, see {@link slowTokenizerJson}. For whoever takes a
 * model in; what uses a model wants the file itself, for that is what a checkpoint's digest covers.
 *
 * @returns the value, the path to tell in messages, and all tokens by id, at least one
 * @throws {TokenizerNotFoundError} if the folder has neither
 * @throws {InvalidTokenizerError} for files that are no JSON objects, or hold no tokens with ids, and as {@link slowTokenizerJson}
 */
export async function readTokenizerJson(folder: string): Promise<{
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly tokens: ReadonlyMap<number, string>;
}> {
  const { path, json } = await readEither(folder);
  const tokens = tokensById(path, tokenizerJsonFrom(path, json));
  if (tokens.size === 0) throw new InvalidTokenizerError(path, 'model.vocab must hold tokens, got none');
  return { path, json: { ...json }, tokens };
}

async function readEither(folder: string): Promise<{ readonly path: string; readonly json: object }> {
  const path = join(folder, 'tokenizer.json');
  const json = await readJsonObject(path);
  if (json !== undefined) return { path, json };
  const made = await slowTokenizerJson(folder);
  if (made === undefined) throw new TokenizerNotFoundError(path);
  return { path: join(folder, 'vocab.json'), json: made };
}
