import { open, type FileHandle } from 'node:fs/promises';
import type { NamedArray, NamedArrays } from '@leti/nn/model';
import { CheckpointNotFoundError, InvalidCheckpointError } from './errors.ts';
import { float32FromBytes } from './float32-from-bytes.ts';
import {
  BYTES_PER_ELEMENT,
  headerLengthFrom,
  LENGTH_BYTES,
  parseSafetensorsHeader,
  type StoredType,
} from './safetensors-header.ts';

/**
 * Reads a safetensors file into float32 arrays; F16 and BF16 are widened.
 *
 * @param options.skip names to leave unread, whatever their type; default none
 * @returns arrays by name, in the order of the file
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} for a truncated or damaged file, an integer or float64 tensor, NaN or infinity
 */
export async function readSafetensors(
  path: string,
  options: { skip?: (name: string) => boolean } = {},
): Promise<NamedArrays> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? new CheckpointNotFoundError(path, { cause }) : cause;
  });
  try {
    const { size } = await file.stat();
    const headerBytes = headerLengthFrom(path, await readAt(path, file, 0, Math.min(size, LENGTH_BYTES)), size);
    const entries = parseSafetensorsHeader(path, await readAt(path, file, LENGTH_BYTES, headerBytes), size);
    const arrays = new Map<string, NamedArray>();
    for (const { name, type, shape, position, byteLength } of entries) {
      if (options.skip?.(name) === true) continue;
      if (!isStoredType(type)) {
        throw new InvalidCheckpointError(
          path,
          `${name}.dtype must be one of ${Object.keys(BYTES_PER_ELEMENT).join(', ')}, got ${type}`,
        );
      }
      const data = float32FromBytes(await readAt(path, file, position, byteLength), type);
      requireFinite(path, name, data);
      arrays.set(name, { shape, data });
    }
    return arrays;
  } finally {
    await file.close();
  }
}

/** Linux reads at most 2 GiB - 4 KiB at once. */
const MAX_READ_BYTES = 1 << 30;

async function readAt(
  path: string,
  file: FileHandle,
  position: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  for (let done = 0; done < byteLength;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(byteLength - done, MAX_READ_BYTES), position + done);
    if (bytesRead === 0) throw new InvalidCheckpointError(path, `want ${byteLength} bytes at ${position}, got ${done}`);
    done += bytesRead;
  }
  return bytes;
}

function isStoredType(type: string): type is StoredType {
  return Object.hasOwn(BYTES_PER_ELEMENT, type);
}

function requireFinite(path: string, name: string, data: Float32Array): void {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index !== -1)
    throw new InvalidCheckpointError(path, `${name} must be finite, got ${data[index]} at element ${index}`);
}
