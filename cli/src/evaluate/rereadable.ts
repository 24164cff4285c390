import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LineFile } from './read-lines.ts';

/**
 * Does work on a file that can be read more than once: what comes by a pipe is first written to a temporary file, which
 * is deleted afterwards.
 * @param path a file, a named pipe, or `-` for standard input
 */
export async function withRereadable<T>(
  path: string,
  signal: AbortSignal,
  work: (file: LineFile) => Promise<T>,
): Promise<T> {
  if (path !== '-' && (await stat(path)).isFile()) return work({ path, name: path });
  const folder = await mkdtemp(join(tmpdir(), 'leti-samples-'));
  try {
    const copy = join(folder, 'samples');
    await pipeline(path === '-' ? process.stdin : createReadStream(path), createWriteStream(copy), { signal });
    return await work({ path: copy, name: path === '-' ? 'stdin' : path });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
