import { mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CorruptStoreError, StoreFullError } from '@leti/runs';
import type { z } from 'zod';

/**
 * Appends one JSON line per value and flushes them to the disk.
 * @returns the file's length in bytes
 * @throws {StoreFullError}; a part of the lines may be in the file then
 */
export async function appendLines(path: string, values: readonly unknown[]): Promise<number> {
  try {
    const file = await openForAppending(path);
    try {
      await file.appendFile(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
      await file.sync();
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw NO_SPACE.has((error as NodeJS.ErrnoException).code) ? new StoreFullError(path, { cause: error }) : error;
  }
}

const NO_SPACE: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

async function openForAppending(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    return await open(path, 'a');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'a');
  }
}

/**
 * Reads a file of JSON lines; none when there is no file. A last line without its line break was torn by a crash and is
 * left out.
 *
 * @param length reads so many bytes only; default: all
 * @returns the values, and the length of the whole lines in bytes
 * @throws {CorruptStoreError} naming the line that is no JSON or does not fit the schema
 */
export async function readLines<S extends z.ZodType>(
  path: string,
  schema: S,
  length = Number.POSITIVE_INFINITY,
): Promise<{ values: z.output<S>[]; bytes: number }> {
  const content = ((await readFile(path).catch(missing)) ?? Buffer.alloc(0)).subarray(0, length);
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.toString('utf8', 0, bytes).split('\n').slice(0, -1);
  const values = lines.map((line, index) => {
    const parsed = schema.safeParse(parseOrUndefined(line));
    if (parsed.success) return parsed.data;
    throw new CorruptStoreError(path, index + 1, `does not fit: ${parsed.error.issues[0]?.message}`);
  });
  return { values, bytes };
}

/**
 * Cuts a file back to a length it once had; a file that is not there counts as empty.
 * @throws {CorruptStoreError} when it is shorter than that
 */
export async function cutBack(path: string, length: number): Promise<void> {
  const file = await open(path, 'r').catch(missing);
  const size = (await file?.stat())?.size ?? 0;
  await file?.close();
  if (size < length) throw new CorruptStoreError(path, undefined, `want at least ${length} bytes, got ${size}`);
  if (size > length) await truncate(path, length);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function parseOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
