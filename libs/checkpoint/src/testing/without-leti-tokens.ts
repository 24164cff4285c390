import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies a model and gives it other tokens in place of LETI's, as its maker would publish it.
 * @param to must not exist yet
 * @returns `to`
 */
export async function withoutLetiTokens(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true });
  const path = join(to, 'tokenizer.json');
  const json = (await readFile(path, 'utf8')).replaceAll(/<\|(good|bad|lang_feedback|\/lang_feedback)\|>/g, '<old $1>');
  await writeFile(path, json);
  return to;
}
