import { readFile } from 'node:fs/promises';
import { CorruptStoreError } from './store-errors.ts';

/**
 * Reads a JSON file of the run store.
 * @param parse gives the value, or throws when it is not what belongs there
 * @returns undefined when there is no such file
 * @throws {CorruptStoreError} when it is not JSON, or `parse` throws
 */
export async function readJson<T>(path: string, parse: (json: unknown) => T): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw new CorruptStoreError(path, undefined, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
