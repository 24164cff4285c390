import { mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

/** A file of the run store holds what no trainer writes: it was changed by hand, or the disk lost something. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
  readonly path: string;
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** Appends one JSON line per value and flushes them to the disk. @returns the file's length in bytes */
export async function appendLines(path: string, values: readonly unknown[]): Promise<number> {
  const file = await openForAppending(path);
  try {
    await file.appendFile(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

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
 * @throws {DamagedStoreError} naming the line that is no JSON or does not fit the schema
 */
export async function readLines<S extends z.ZodType>(
  path: string,
  schema: S,
  length = Number.POSITIVE_INFINITY,
): Promise<{ values: z.output<S>[]; bytes: number }> {
  const content = (await readIfThere(path)).subarray(0, length);
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.toString('utf8', 0, bytes).split('\n').slice(0, -1);
  const values = lines.map((line, index) => {
    const parsed = schema.safeParse(parseOrUndefined(line));
    if (parsed.success) return parsed.data;
    throw new DamagedStoreError(path, `line ${index + 1} does not fit: ${parsed.error.issues[0]?.message}`);
  });
  return { values, bytes };
}

/**
 * Cuts a file back to a length it once had; a file that is not there counts as empty.
 * @throws {DamagedStoreError} when it is shorter than that
 */
export async function cutBack(path: string, length: number): Promise<void> {
  const { size } = await sizeOf(path);
  if (size < length) throw new DamagedStoreError(path, `want at least ${length} bytes, got ${size}`);
  if (size > length) await truncate(path, length);
}

async function sizeOf(path: string): Promise<{ size: number }> {
  const file = await open(path, 'r').catch(missing);
  if (file === undefined) return { size: 0 };
  try {
    return await file.stat();
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<Buffer> {
  return (await readFile(path).catch(missing)) ?? Buffer.alloc(0);
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
