import { InvalidCheckpointError } from '../errors.ts';
import type { OpenFile } from '../open-file.ts';

/** A file inside a zip archive, stored as it is. */
export interface ZipEntry {
  readonly name: string;
  readonly byteLength: number;
  /** Where its own header lies; the data follows that. */
  readonly headerPosition: number;
}

const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
/** Far more than any checkpoint's directory, and no more memory than a damaged length may ask for. */
const MAX_DIRECTORY_BYTES = 64 << 20;

const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR_SIGNATURE = 0x07064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;

/**
 * The directory of a zip archive as PyTorch writes it: nothing compressed or encrypted, each name once.
 *
 * @throws {InvalidCheckpointError} for anything else, a truncated archive included
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 to 4.3.16
 */
export async function zipEntriesIn(file: OpenFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const { position, byteLength, count } = await findDirectory(file);
  if (byteLength > Math.min(MAX_DIRECTORY_BYTES, file.byteLength) || position + byteLength > file.byteLength) {
    throw fail(file, `directory must lie in the file, got ${byteLength} bytes at ${position}`);
  }
  const bytes = await file.read(position, byteLength);
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw fail(file, `directory must have ${count} entries, got damage at entry ${i}`);
    }
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const end = extraEnd + view.getUint16(at + 32, true);
    if (end > byteLength) throw fail(file, `directory must have ${count} entries, got its end in entry ${i}`);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, nameEnd));
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    if ((flags & 1) !== 0 || method !== 0) {
      throw fail(
        file,
        `${shown(name)} must be stored as it is, got ${flags & 1 ? 'it encrypted' : `method ${method}`}`,
      );
    }
    const sizes = sizesOf(view, at, nameEnd, extraEnd);
    if (sizes.compressed !== sizes.byteLength) throw fail(file, `${shown(name)} must have one size, got two`);
    if (sizes.headerPosition + LOCAL_HEADER_BYTES + sizes.byteLength > file.byteLength) {
      throw fail(file, `${shown(name)} must lie in the file, got ${sizes.byteLength} bytes at ${sizes.headerPosition}`);
    }
    if (entries.has(name)) throw fail(file, `want each name once, got ${shown(name)} twice`);
    entries.set(name, { name, byteLength: sizes.byteLength, headerPosition: sizes.headerPosition });
    at = end;
  }
  return entries;
}

/** Where an entry's data begins. @throws {InvalidCheckpointError} when its header is damaged */
export async function dataPositionOf(file: OpenFile, entry: ZipEntry): Promise<number> {
  const bytes = await file.read(entry.headerPosition, LOCAL_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const position = entry.headerPosition + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE || position + entry.byteLength > file.byteLength) {
    throw fail(
      file,
      `${shown(entry.name)} must have a header and ${entry.byteLength} bytes at ${entry.headerPosition}`,
    );
  }
  return position;
}

/** Position, size and number of entries of the directory, from the record at the file's end. */
async function findDirectory(file: OpenFile): Promise<{ position: number; byteLength: number; count: number }> {
  const tailBytes = Math.min(file.byteLength, END_BYTES + MAX_COMMENT_BYTES + LOCATOR_BYTES);
  const tailStart = file.byteLength - tailBytes;
  const tail = new DataView((await file.read(tailStart, tailBytes)).buffer);
  let end = tailBytes - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw fail(file, 'want a zip archive of PyTorch, got no end of a directory: cut off, or another format');
  const locator = end - LOCATOR_BYTES;
  if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR_SIGNATURE) {
    const record = numberAt(tail, locator + 8);
    if (record + 56 > file.byteLength) throw fail(file, `directory's record must lie in the file, got ${record}`);
    const view = new DataView((await file.read(record, 56)).buffer);
    if (view.getUint32(0, true) !== END64_SIGNATURE) throw fail(file, `want a directory's record at ${record}`);
    return { position: numberAt(view, 48), byteLength: numberAt(view, 40), count: numberAt(view, 32) };
  }
  return {
    position: tail.getUint32(end + 16, true),
    byteLength: tail.getUint32(end + 12, true),
    count: tail.getUint16(end + 10, true),
  };
}

/** Sizes and position of an entry; where they do not fit 32 bits, the extra field 0x0001 has them in this order. */
function sizesOf(
  view: DataView,
  at: number,
  extraStart: number,
  extraEnd: number,
): { byteLength: number; compressed: number; headerPosition: number } {
  const wide: number[] = [];
  for (let extra = extraStart; extra + 4 <= extraEnd;) {
    const end = Math.min(extraEnd, extra + 4 + view.getUint16(extra + 2, true));
    if (view.getUint16(extra, true) === 1) {
      for (let field = extra + 4; field + 8 <= end; field += 8) wide.push(numberAt(view, field));
    }
    extra = end;
  }
  const value = (short: number): number => (short === 0xffffffff ? (wide.shift() ?? short) : short);
  const byteLength = value(view.getUint32(at + 24, true));
  const compressed = value(view.getUint32(at + 20, true));
  return { byteLength, compressed, headerPosition: value(view.getUint32(at + 42, true)) };
}

/** A 64-bit number; beyond 2^53 it is inexact, and far outside of any file. */
const numberAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));

const shown = (name: string): string => JSON.stringify(name.slice(0, 80));

const fail = (file: OpenFile, problem: string): InvalidCheckpointError =>
  new InvalidCheckpointError(file.path, problem);
