import { open, type FileHandle } from 'node:fs/promises';
import { InvalidCheckpointError } from './errors.ts';
import { requireFile, unreadable } from './readable-file.ts';
import { versionOf, type StoredFile } from './stored-tensor.ts';

/** A weight file opened for reading its header, or whatever says where the tensors lie. */
export interface OpenFile extends StoredFile {
  /** @throws {InvalidCheckpointError} when the file ends before */
  readonly read: (position: number, byteLength: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a file for as long as `use` takes.
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} if it is none: a folder, a device, a pipe
 */
export async function withOpenFile<T>(path: string, use: (file: OpenFile) => Promise<T>): Promise<T> {
  await requireFile(path);
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const stats = await handle.stat();
    const read = (position: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> =>
      readFully(path, handle, position, byteLength);
    return await use({ path, byteLength: stats.size, version: versionOf(stats), read });
  } finally {
    await handle.close();
  }
}

async function readFully(
  path: string,
  handle: FileHandle,
  position: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  for (let done = 0; done < byteLength;) {
    const { bytesRead } = await handle.read(bytes, done, byteLength - done, position + done);
    if (bytesRead === 0) throw new InvalidCheckpointError(path, `want ${byteLength} bytes at ${position}, got ${done}`);
    done += bytesRead;
  }
  return bytes;
}
