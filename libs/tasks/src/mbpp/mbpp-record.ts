import { join } from 'node:path';
import { type DataRecord, readDataRecords, shown, withLf } from '../data-records.ts';

/** One line of the official MBPP file. Line ends are LF here; the official file has CRLF inside its code, and CR at its end in places. */
export interface MbppRecord {
  /** 1 to 974; the splits go by it. */
  readonly taskId: number;
  readonly text: string;
  /** The gold solution, for the supervised baseline. */
  readonly code: string;
  /** The same with the file's own line ends. */
  readonly rawCode: string;
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
  const path = dataFolder === undefined ? undefined : mbppPath(dataFolder);
  const seen = new Set<number>();
  return (await readDataRecords('mbpp', path, MBPP_HINT)).map((line) => {
    const record = mbppRecord(line);
    if (seen.has(record.taskId)) line.fail(`task_id: want each id once, got ${record.taskId} again`);
    seen.add(record.taskId);
    return record;
  });
}

function mbppRecord(line: DataRecord): MbppRecord {
  const taskId = line.value('task_id');
  const tests = line.value('test_list');
  if (typeof taskId !== 'number' || !Number.isInteger(taskId) || taskId < 1)
    return line.fail(`task_id: want an integer >= 1, got ${shown(taskId)}`);
  if (!Array.isArray(tests) || tests.length === 0 || !tests.every((test): test is string => typeof test === 'string'))
    return line.fail(`test_list: want a list of at least one string, got ${shown(tests)}`);
  return {
    taskId,
    text: line.text('text'),
    code: line.text('code'),
    rawCode: line.value('code') as string, // `code` has seen that it is one
    testSetupCode: line.text('test_setup_code'),
    tests: tests.map(withLf),
  };
}
