import { readFile } from 'node:fs/promises';
import { AppendFile, wholeLinesLength } from './append-file.ts';
import { jsonLine } from './json-text.ts';
import { CorruptStoreError } from './store-errors.ts';

/** How a record is understood. */
export interface JsonLinesOptions<T> {
  /**
   * Turns parsed JSON into a record and throws if it is none, e.g. a schema's `parse`. Bigints arrive as text.
   * @default the JSON as it is, unchecked
   */
  readonly parse?: (json: unknown) => T;
}

/** A file with one JSON value per line that only grows, for one writer. */
export class JsonLinesFile<T> {
  /** What the file held when it was opened. */
  readonly records: readonly T[];
  readonly #file: AppendFile;

  private constructor(file: AppendFile, records: readonly T[]) {
    this.#file = file;
    this.records = records;
  }

  /**
   * Opens or creates the file, and its folder. A last line that a writer left half written when it died is removed.
   * @throws {CorruptStoreError} naming the line, when any other line is not a record; {StoreFullError}
   */
  static async open<T>(path: string, options: JsonLinesOptions<T> = {}): Promise<JsonLinesFile<T>> {
    const { file, content } = await AppendFile.open(path);
    try {
      return new JsonLinesFile(file, parseLines(path, content, options));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Adds records; when it resolves they would survive a loss of power. All of one call are written together.
   * @throws {StoreFullError}; none of the records is in the file then
   */
  async append(...records: readonly T[]): Promise<void> {
    if (records.length > 0) await this.#file.append(Buffer.from(records.map(jsonLine).join('')));
  }

  /** Waits for running appends and closes the file. */
  close(): Promise<void> {
    return this.#file.close();
  }
}

/**
 * The records of a file that may be growing just now; none when there is no file. Changes nothing.
 * @param options.length reads so many bytes only, up to a line's end; default: all whole lines
 * @throws {CorruptStoreError} naming the line, or when there are fewer bytes
 */
export async function readJsonLines<T>(
  path: string,
  options: JsonLinesOptions<T> & { readonly length?: number } = {},
): Promise<T[]> {
  const content = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const { length = wholeLinesLength(content) } = options;
  if (length > content.length)
    throw new CorruptStoreError(path, undefined, `want at least ${length} bytes, got ${content.length}`);
  return parseLines(path, content.subarray(0, length), options);
}

/** The records of whole lines. @param firstLine number of the first of them in the file */
export function parseLines<T>(
  path: string,
  content: Buffer,
  { parse = (json) => json as T }: JsonLinesOptions<T>,
  firstLine = 1,
): T[] {
  if (content.length === 0) return [];
  const lines = content.toString('utf8', 0, content.length - 1).split('\n');
  return lines.map((line, index) => {
    try {
      return parse(JSON.parse(line));
    } catch (cause) {
      const shown = line.length > 80 ? `${line.slice(0, 79)}…` : line;
      throw new CorruptStoreError(path, firstLine + index, `not a record of this file: ${shown}`, { cause });
    }
  });
}
