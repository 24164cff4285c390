import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MalformedTaskDataError, TaskDataNotFoundError } from './task-errors.ts';

/** One line of an official data file: a JSON object whose fields are asked for by name and type. */
export interface DataRecord {
  /** A field's text, with LF line ends whatever the file has. @throws {MalformedTaskDataError} */
  text(key: string): string;
  /** A field's value. */
  value(key: string): unknown;
  /** Refuses the line, naming file and line. @throws {MalformedTaskDataError} always */
  fail(expectation: string, cause?: unknown): never;
}

/**
 * The records of an official JSONL file, plain or gzipped, in file order; blank lines are passed over.
 *
 * @param path undefined when no data folder is named
 * @param hint where the file can be had, for the error
 * @throws {TaskDataNotFoundError} when there is no such file, or no path
 * @throws {MalformedTaskDataError} at the first line that is not a JSON object
 */
export async function readDataRecords(
  task: string,
  path: string | undefined,
  hint: string,
): Promise<readonly DataRecord[]> {
  if (path === undefined) throw new TaskDataNotFoundError(task, undefined, hint);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new TaskDataNotFoundError(task, path, hint, { cause: error });
  });
  const lines = (await unpacked(path, bytes)).toString('utf8').split('\n');
  return lines.flatMap((content, index) => (content.trim() === '' ? [] : [dataRecord(path, index + 1, content)]));
}

/** What a value looks like in a message. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

/** Line ends as LF. */
export function withLf(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

async function unpacked(path: string, bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return promisify(gunzip)(bytes).catch((cause: unknown) => {
    throw new MalformedTaskDataError(path, 1, 'want a whole gzip file, got one that cannot be unpacked', { cause });
  });
}

function dataRecord(path: string, line: number, content: string): DataRecord {
  const fail = (expectation: string, cause?: unknown): never => {
    throw new MalformedTaskDataError(path, line, expectation, { cause });
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (error) {
    return fail(`want a JSON object, got ${JSON.stringify(content.slice(0, 40))}`, error);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return fail(`want a JSON object, got ${shown(parsed)}`);
  const fields = parsed as Record<string, unknown>;
  return {
    text(key) {
      const field = fields[key];
      return typeof field === 'string' ? withLf(field) : fail(`${key}: want a string, got ${shown(field)}`);
    },
    value: (key) => fields[key],
    fail,
  };
}
