import { join } from 'node:path';
import { TokenizerNotFoundError } from './errors.ts';
import { slowTokenizerJson } from './slow-tokenizer.ts';
import { readJsonObject } from './tokenizer-json.ts';

/**
 * A folder's tokenizer.json, or the one that its older files come to, see {@link slowTokenizerJson}. For whoever takes a
 * model in; what uses a model wants the file itself, for that is what a checkpoint's digest covers.
 *
 * @returns the value, and the path to tell in messages
 * @throws {TokenizerNotFoundError} if the folder has neither
 * @throws {InvalidTokenizerError} for files that are no JSON objects, and as {@link slowTokenizerJson}
 */
export async function readTokenizerJson(folder: string): Promise<{
  readonly path: string;
  readonly json: Readonly<Record<string, unknown>>;
}> {
  const path = join(folder, 'tokenizer.json');
  const json = await readJsonObject(path);
  if (json !== undefined) return { path, json: { ...json } };
  const made = await slowTokenizerJson(folder);
  if (made === undefined) throw new TokenizerNotFoundError(path);
  return { path: join(folder, 'vocab.json'), json: { ...made } };
}
