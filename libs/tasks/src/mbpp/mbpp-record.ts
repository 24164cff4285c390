import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MalformedTaskDataError, TaskDataNotFoundError } from '../task-errors.ts';

/** One line of the official MBPP file. Line ends are LF here; the official file has CRLF inside its code, and CR at its end in places. */
export interface MbppRecord {
  /** 1 to 974; the splits go by it. */
  readonly taskId: number;
  readonly text: string;
  /** The gold solution, which LETI never trains on. */
  readonly code: string;
  readonly testSetupCode: string;
  /** `assert` statements, at least one. */
  readonly tests: readonly string[];
}

/** How to come by the official file. */
export const MBPP_HINT =
  'Get mbpp.jsonl from the mbpp folder of github.com/google-research/google-research ' +
  "(on Hugging Face: 'google-research-datasets/mbpp'; CC BY 4.0) and put it at <data folder>/mbpp/mbpp.jsonl.";

/** Where the official file lies in a data folder. */
export function mbppPath(dataFolder: string): string {
  return join(dataFolder, 'mbpp', 'mbpp.jsonl');
}

/**
 * Reads the official JSONL file, in file order.
 *
 * @throws {TaskDataNotFoundError} when there is no such file, or no data folder is named
 * @throws {MalformedTaskDataError} at the first line that is not an MBPP record, or repeats a task id
 */
export async function readMbpp(dataFolder: string | undefined): Promise<readonly MbppRecord[]> {
  if (dataFolder === undefined) throw new TaskDataNotFoundError('mbpp', undefined, MBPP_HINT);
  const path = mbppPath(dataFolder);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new TaskDataNotFoundError('mbpp', path, MBPP_HINT, { cause: error });
  });
  const records: MbppRecord[] = [];
  const seen = new Set<number>();
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const record = parseRecord(path, index + 1, content);
    if (seen.has(record.taskId))
      throw new MalformedTaskDataError(path, index + 1, `task_id: want each id once, got ${record.taskId} again`);
    seen.add(record.taskId);
    records.push(record);
  }
  return records;
}

function parseRecord(path: string, line: number, content: string): MbppRecord {
  const fail = (expectation: string, cause?: unknown): never => {
    throw new MalformedTaskDataError(path, line, expectation, { cause });
  };
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    fail(`want a JSON object, got ${JSON.stringify(content.slice(0, 40))}`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail(`want a JSON object, got ${shown(value)}`);
  const fields = value as Record<string, unknown>;
  const text = (key: string): string => {
    const field = fields[key];
    return typeof field === 'string' ? withLf(field) : fail(`${key}: want a string, got ${shown(field)}`);
  };
  const { task_id: taskId, test_list: tests } = fields;
  if (typeof taskId !== 'number' || !Number.isInteger(taskId) || taskId < 1)
    return fail(`task_id: want an integer >= 1, got ${shown(taskId)}`);
  if (!Array.isArray(tests) || tests.length === 0 || !tests.every((test): test is string => typeof test === 'string'))
    return fail(`test_list: want a list of at least one string, got ${shown(tests)}`);
  return {
    taskId,
    text: text('text'),
    code: text('code'),
    testSetupCode: text('test_setup_code'),
    tests: tests.map(withLf),
  };
}

function withLf(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
