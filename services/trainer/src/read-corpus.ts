import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';

/** There is no corpus file at the path. */
export class CorpusNotFoundError extends Error {
  override readonly name = 'CorpusNotFoundError';
  readonly path: string;
  constructor(path: string, options?: ErrorOptions) {
    super(`corpus: want a .jsonl or .jsonl.gz file of {"text": …}, or micro-corpus, got no ${path}`, options);
    this.path = path;
  }
}

/** The file is there but is no corpus. */
export class InvalidCorpusError extends Error {
  override readonly name = 'InvalidCorpusError';
  readonly path: string;
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** A line may hold more than the text, e.g. where it is from. */
const lineSchema = z.object({ text: z.string() });

/**
 * Reads a corpus' documents, empty ones left out.
 *
 * @param path a `.jsonl` or `.jsonl.gz` file of {"text": …}
 * @param limit stops after so many documents; default: all
 * @throws {CorpusNotFoundError} when there is no such file
 * @throws {InvalidCorpusError} naming the line, or when no document has text
 */
export async function readCorpus(path: string, limit = Number.POSITIVE_INFINITY): Promise<string[]> {
  const documents: string[] = [];
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() === '') continue;
    const parsed = lineSchema.safeParse(parseJson(path, line, text));
    if (!parsed.success)
      throw new InvalidCorpusError(path, `line ${line} must be {"text": …}, got ${text.slice(0, 80)}`);
    if (parsed.data.text !== '') documents.push(parsed.data.text);
    if (documents.length >= limit) return documents;
  }
  if (documents.length === 0) throw new InvalidCorpusError(path, 'want at least one document with text, got none');
  return documents;
}

/** Lines of a file; ending the loop early closes it. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const text = new PassThrough();
  const copied = pipeline(
    path.endsWith('.gz') ? [createReadStream(path), createGunzip(), text] : [createReadStream(path), text],
  ).catch((error: unknown) => text.destroy(error as Error));
  try {
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new CorpusNotFoundError(path, { cause });
    throw new InvalidCorpusError(path, `cannot be read: ${(cause as Error).message}`, { cause });
  } finally {
    text.destroy();
    await copied;
  }
}

function parseJson(path: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidCorpusError(path, `line ${line} must be JSON, got ${text.slice(0, 80)}`, { cause });
  }
}
