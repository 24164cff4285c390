import { constants, createReadStream, createWriteStream, openSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { LineFile } from './read-lines.ts';

/**
 * Does work on a file that can be read more than once: what comes by a pipe is first written to a temporary file, which
 * is deleted afterwards.
 * @param path a file, a named pipe, or `-` for standard input
 * @throws {CliError} for a folder
 */
export async function withRereadable<T>(
  path: string,
  signal: AbortSignal,
  work: (file: LineFile) => Promise<T>,
): Promise<T> {
  const found = path === '-' ? undefined : await stat(path);
  if (found?.isDirectory() === true) throw new CliError(EXIT.badInput, `${path}: expected a file, got a folder`);
  if (found?.isFile() === true) return work({ path, name: path });
  const folder = await mkdtemp(join(tmpdir(), 'leti-samples-'));
  try {
    const copy = join(folder, 'samples');
    const source = path === '-' ? process.stdin : found?.isFIFO() === true ? openPipe(path) : createReadStream(path);
    await pipeline(source, createWriteStream(copy), { signal });
    return await work({ path: copy, name: path === '-' ? 'stdin' : path });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A named pipe, that may have no writer yet. A file's stream would wait for one in a thread that keeps the process from ending. */
const openPipe = (path: string): Socket =>
  new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
