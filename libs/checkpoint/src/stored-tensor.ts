import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { sizeOf } from '@leti/nn/model';
import { CheckpointNotFoundError, InvalidCheckpointError } from './errors.ts';
import { type HalfType, widen } from './half-types.ts';
import { isWeightType, ITEM_BYTES, WEIGHT_TYPES, type WeightType } from './weight-type.ts';

/** A weight file as it was when its header was read. */
export interface StoredFile {
  readonly path: string;
  readonly byteLength: number;
  /** Another number when the file has been replaced or written to. */
  readonly version: string;
}

/** One tensor as it lies in a weight file, little-endian; nothing of its data has been read. */
export interface StoredTensor {
  readonly name: string;
  /** By safetensors' name, e.g. `F16`; not only those a weight may have. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly file: StoredFile;
  /** Offset of the first element from the start of the file, in bytes. */
  readonly position: number;
  /** From the first element to the end of the last, in bytes. */
  readonly byteLength: number;
  /** Elements from one index to the next along each axis; absent when rows lie densely one after the other. */
  readonly strides?: readonly number[];
}

/** A tensor of a type that a weight may have. */
export interface StoredWeight extends StoredTensor {
  readonly type: WeightType;
}

/** @throws {InvalidCheckpointError} for an integer, float64 or other tensor that is no weight of ours */
export function requireWeight(tensor: StoredTensor): StoredWeight {
  const { name, type, file } = tensor;
  if (isWeightType(type)) return { ...tensor, type };
  throw new InvalidCheckpointError(file.path, `${name}.dtype must be one of ${WEIGHT_TYPES.join(', ')}, got ${type}`);
}

/** Tells this content of a file from any other under the same path. */
export function versionOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino}:${size}:${mtimeMs}`;
}

/** So much is read at once: small beside any model, large beside the cost of a call. */
const CHUNK_BYTES = 1 << 23;

/** The buffer of the reading before, for the next one: a new one each time is garbage by the gigabyte. */
let spareBuffer: Uint8Array<ArrayBuffer> | undefined;

/** Linux reads at most 2 GiB - 4 KiB in one call. */
const MAX_READ_BYTES = 1 << 30;

/**
 * The elements in order, in pieces of at most a few MiB, each a view of a buffer that the next one overwrites.
 * Reads from the file at each step, so one tensor is never held whole unless it is strided.
 *
 * @throws {InvalidCheckpointError} if the file has changed since its header was read
 * @throws {CheckpointNotFoundError} if it has gone
 */
export function* wordsOf(tensor: StoredWeight): Generator<Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>> {
  const { type, file, position, byteLength, strides } = tensor;
  const Words = type === 'F32' ? Uint32Array : Uint16Array;
  const descriptor = openAgain(file.path);
  const buffer = spareBuffer ?? new Uint8Array(CHUNK_BYTES);
  spareBuffer = undefined; // taken: another reading may begin before this one ends
  try {
    if (versionOf(fstatSync(descriptor)) !== file.version) {
      throw new InvalidCheckpointError(file.path, 'want the file as it was when it was opened, got another content');
    }
    if (strides !== undefined) {
      const span = new Uint8Array(byteLength);
      readFully(descriptor, file.path, span, position);
      yield gather(new Words(span.buffer), tensor.shape, strides);
      return;
    }
    for (let done = 0; done < byteLength; done += buffer.length) {
      const chunk = buffer.subarray(0, Math.min(buffer.length, byteLength - done));
      readFully(descriptor, file.path, chunk, position + done);
      yield new Words(chunk.buffer, 0, chunk.length / ITEM_BYTES[type]!);
    }
  } finally {
    spareBuffer = buffer;
    closeSync(descriptor);
  }
}

/** The whole tensor as float32; the halves widen exactly. A new array each time. @throws as {@link wordsOf} */
export function readFloat32(tensor: StoredWeight): Float32Array<ArrayBuffer> {
  const result = new Float32Array(sizeOf(tensor.shape));
  const bits = new Uint32Array(result.buffer);
  let done = 0;
  for (const words of wordsOf(tensor)) {
    if (words instanceof Uint32Array) bits.set(words, done);
    else widen(words, tensor.type as HalfType, result.subarray(done, done + words.length));
    done += words.length;
  }
  return result;
}

/** Elements of a strided array in row-major order. */
function gather<Words extends Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  source: Words,
  shape: readonly number[],
  strides: readonly number[],
): Words {
  const result = new (source.constructor as new (length: number) => Words)(sizeOf(shape));
  const index = shape.map(() => 0);
  for (let i = 0, from = 0; i < result.length; i++) {
    result[i] = source[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

function openAgain(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === 'ENOENT' || code === 'ENOTDIR' ? new CheckpointNotFoundError(path, { cause }) : cause;
  }
}

function readFully(descriptor: number, path: string, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length;) {
    const got = readSync(descriptor, into, done, Math.min(into.length - done, MAX_READ_BYTES), position + done);
    if (got === 0) throw new InvalidCheckpointError(path, `want ${into.length} bytes at ${position}, got ${done}`);
    done += got;
  }
}
