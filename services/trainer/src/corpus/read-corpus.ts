import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { CorpusNotFoundError, InvalidCorpusError } from './corpus-errors.ts';
import { corpusFiles } from './corpus-files.ts';

/** A line may hold more than the text, e.g. where it is from. */
const lineSchema = z.object({ text: z.string() });

/**
 * A corpus' documents one after another, in the order of {@link corpusFiles}, empty ones left out. Ending the loop early
 * closes what is open.
 *
 * @param path a `.jsonl` or `.jsonl.gz` file of {"text": …}, a `.txt` or `.py` file, which is one document, or a folder of
 *   such files
 * @throws {CorpusNotFoundError} when there is nothing at the path
 * @throws {InvalidCorpusError} naming file and line; when text is not UTF-8; at the end, when no document has text
 */
export async function* corpusDocuments(path: string): AsyncGenerator<string, void> {
  let documents = 0;
  for (const file of await corpusFiles(path)) {
    for await (const text of file.kind === 'text' ? textOf(file.path) : textsIn(file.path)) {
      if (text === '') continue;
      documents++;
      yield text;
    }
  }
  if (documents === 0) throw new InvalidCorpusError(path, 'want at least one document with text, got none');
}

/** Whether a corpus can be read, as far as its first document tells. @throws what {@link corpusDocuments} throws */
export async function requireReadableCorpus(path: string): Promise<void> {
  for await (const _ of corpusDocuments(path)) return;
}

async function* textOf(path: string): AsyncGenerator<string, void> {
  const bytes = await readFile(path);
  try {
    yield new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidCorpusError(path, 'want UTF-8 text', { cause });
  }
}

async function* textsIn(path: string): AsyncGenerator<string, void> {
  let line = 0;
  for await (const text of linesOf(path)) {
    line++;
    if (text.trim() === '') continue;
    const parsed = lineSchema.safeParse(parseJson(path, line, text));
    if (!parsed.success)
      throw new InvalidCorpusError(path, `line ${line} must be {"text": …}, got ${text.slice(0, 80)}`);
    yield parsed.data.text;
  }
}

/**
 * Lines of a file; ending the loop early closes it. Only a newline ends one: readline would also cut at U+2028, which
 * JSON allows within a string.
 */
async function* linesOf(path: string): AsyncGenerator<string, void> {
  const text = new PassThrough();
  const copied = pipeline(
    path.endsWith('.gz') ? [createReadStream(path), createGunzip(), text] : [createReadStream(path), text],
  ).catch((error: unknown) => text.destroy(error as Error));
  try {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of text) {
      const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    if (rest !== '') yield rest;
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
