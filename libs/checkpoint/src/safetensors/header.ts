import { InvalidCheckpointError } from '../errors.ts';
import { ITEM_BYTES } from '../weight-type.ts';

/** Where one tensor lies in a safetensors file. */
export interface TensorEntry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Offset from the start of the file, in bytes. */
  readonly position: number;
  readonly byteLength: number;
}

/** The format's own limit, so that a damaged length cannot ask for more memory than this. */
const MAX_HEADER_BYTES = 100_000_000;

/** Every safetensors file starts with the header's length as a little-endian 64-bit integer. */
export const LENGTH_BYTES = 8;

/**
 * The length of the header, checked against the file before anything is allocated for it.
 * @throws {InvalidCheckpointError}
 */
export function headerLengthFrom(path: string, start: Uint8Array, fileBytes: number): number {
  if (start.byteLength < LENGTH_BYTES) {
    throw new InvalidCheckpointError(
      path,
      `a safetensors file has at least ${LENGTH_BYTES} bytes, got ${start.byteLength}`,
    );
  }
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES);
  if (length > BigInt(limit)) {
    throw new InvalidCheckpointError(
      path,
      `header length must be <= ${limit} in a file of ${fileBytes} bytes, got ${length}`,
    );
  }
  return Number(length);
}

/**
 * Parses a header and checks that its tensors cover the rest of the file exactly, without holes or overlaps.
 *
 * @param header the JSON text, after the length
 * @param fileBytes size of the whole file
 * @returns entries in the order of their position
 * @throws {InvalidCheckpointError} naming the tensor and the field
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseSafetensorsHeader(path: string, header: Uint8Array, fileBytes: number): TensorEntry[] {
  const dataStart = LENGTH_BYTES + header.byteLength;
  const entries = Object.entries(jsonObjectFrom(path, header))
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entryFrom(path, name, value, dataStart, fileBytes - dataStart))
    .sort((a, b) => a.position - b.position || a.byteLength - b.byteLength);
  let end = dataStart;
  for (const { name, position, byteLength } of entries) {
    if (position !== end) {
      throw new InvalidCheckpointError(
        path,
        `${name}.data_offsets must start at ${end - dataStart}, got ${position - dataStart}`,
      );
    }
    end += byteLength;
  }
  if (end !== fileBytes) {
    throw new InvalidCheckpointError(path, `tensors must end at the end of the file, ${fileBytes} bytes, got ${end}`);
  }
  return entries;
}

function jsonObjectFrom(path: string, header: Uint8Array): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch (cause) {
    throw new InvalidCheckpointError(path, `header must be JSON, got: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
    });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InvalidCheckpointError(
      path,
      `header must be a JSON object, got ${Array.isArray(json) ? 'an array' : String(json)}`,
    );
  }
  return json as Record<string, unknown>;
}

function entryFrom(path: string, name: string, value: unknown, dataStart: number, dataBytes: number): TensorEntry {
  const fail = (field: string, expectation: string, got: unknown): never => {
    throw new InvalidCheckpointError(
      path,
      `${name}${field} must be ${expectation}, got ${JSON.stringify(got)?.slice(0, 200)}`,
    );
  };
  if (typeof value !== 'object' || value === null) return fail('', 'an object', value);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const itemBytes = typeof dtype === 'string' && Object.hasOwn(ITEM_BYTES, dtype) ? ITEM_BYTES[dtype] : undefined;
  if (typeof dtype !== 'string' || itemBytes === undefined) return fail('.dtype', 'a known type', dtype);
  if (!isSizes(shape)) return fail('.shape', 'a list of whole numbers >= 0', shape);
  if (!isSizes(offsets) || offsets.length !== 2) return fail('.data_offsets', 'two whole numbers >= 0', offsets);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes) return fail('.data_offsets', `begin <= end <= ${dataBytes}`, offsets);
  // The product may leave the exact range of a double, but then it is far from any file's size.
  const wanted = shape.reduce((product, size) => product * size, itemBytes);
  if (wanted !== end - begin)
    return fail('.data_offsets', `${wanted} bytes apart for ${dtype} ${JSON.stringify(shape).slice(0, 80)}`, offsets);
  return { name, type: dtype, shape, position: dataStart + begin, byteLength: end - begin };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
