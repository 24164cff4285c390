import { stat } from 'node:fs/promises';
import { CheckpointNotFoundError, InvalidCheckpointError } from './errors.ts';

/** What keeps a path from being read for reasons of its own: a loop of links, no right to it, too long a name, a zero byte. */
const UNREADABLE = new Set(['ELOOP', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'ENXIO', 'ERR_INVALID_ARG_VALUE']);

/**
 * Makes sure that a path leads to a regular file. A pipe's reader waits for a writer who never comes, and a device never
 * ends: neither can be told from a file by its name.
 *
 * @param maxBytes the most that is read of such a file
 * @throws {CheckpointNotFoundError} if nothing is there
 * @throws {InvalidCheckpointError} for anything but a file, and for one that is too large
 */
export async function requireFile(path: string, maxBytes = Infinity): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!stats.isFile()) {
    const got = stats.isDirectory() ? 'a folder' : 'a device, a pipe or a socket';
    throw new InvalidCheckpointError(path, `want a file, got ${got}`);
  }
  if (stats.size > maxBytes) {
    throw new InvalidCheckpointError(path, `want a file of <= ${maxBytes} bytes, got ${stats.size}`);
  }
}

/** What an error of the file system says about a checkpoint; the error itself where the machine is to blame. */
export function unreadable(path: string, cause: unknown): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new CheckpointNotFoundError(path, { cause });
  return UNREADABLE.has(code)
    ? new InvalidCheckpointError(path, `want a path that can be read, got ${code}`, { cause })
    : cause;
}
