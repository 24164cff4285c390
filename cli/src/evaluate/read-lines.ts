import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** A line of a text file. */
export interface Line {
  /** From 1 on. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
}

/** Longest line that is read, bytes: a longer one is no sample, and would fill the memory. */
const MAX_LINE_BYTES = 64 * 2 ** 20;
const LINE_END = 0x0a;

/** A file to read lines from, and what messages call it. */
export interface LineFile {
  readonly path: string;
  readonly name: string;
}

/**
 * The lines of a UTF-8 file that hold more than white space, one at a time. A gzip file is unpacked, whatever its name.
 * @throws {CliError} with the line's number when it is too long or not UTF-8; for a gzip file that ends early
 * @throws the signal's reason, soon after it aborts
 */
export async function* readLines(file: LineFile, signal: AbortSignal): AsyncGenerator<Line> {
  const { name } = file;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const { number, bytes } of cutAtLineEnds(file, signal)) {
    const refuse = (expectation: string, cause?: unknown): CliError =>
      new CliError(EXIT.badInput, `${name}:${number}: ${expectation}`, { cause });
    if (bytes === undefined) throw refuse(`expected a line of at most ${MAX_LINE_BYTES} bytes, got a longer one`);
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch (cause) {
      throw refuse('expected UTF-8, got other bytes', cause);
    }
    if (text.trim() !== '') yield { number, text };
  }
}

/** Whether a file begins as gzip files do. */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function* chunksOf({ path, name }: LineFile): AsyncGenerator<Buffer> {
  const gzip = await isGzip(path);
  const file = createReadStream(path);
  if (!gzip) {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  try {
    // The iterator throws what goes wrong on the way.
    yield* pipeline(file, createGunzip(), () => {}) as AsyncIterable<Buffer>;
  } catch (cause) {
    if (!(cause as NodeJS.ErrnoException).code?.startsWith('Z_')) throw cause;
    throw new CliError(EXIT.badInput, `${name}: expected a whole gzip file, got ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A line that is not empty; undefined bytes for one that is too long, which ends the file. */
interface RawLine {
  readonly number: number;
  readonly bytes: Buffer | undefined;
}

/** Lines but the empty ones: a small gzip file may have a billion of these. */
async function* cutAtLineEnds(file: LineFile, signal: AbortSignal): AsyncGenerator<RawLine> {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 1;
  for await (const chunk of chunksOf(file)) {
    signal.throwIfAborted();
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      if (size + end - start > 0) yield { number, bytes: Buffer.concat([...parts, chunk.subarray(start, end)]) };
      number += 1;
      parts = [];
      size = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_LINE_BYTES) {
      yield { number, bytes: undefined };
      return;
    }
  }
  if (size > 0) yield { number, bytes: Buffer.concat(parts) };
}
