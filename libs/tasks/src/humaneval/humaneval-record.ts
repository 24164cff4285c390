import { join } from 'node:path';
import { type DataRecord, readDataRecords, shown } from '../data-records.ts';

/** One line of the official HumanEval file. */
export interface HumanEvalRecord {
  /** From 0 on; the official id is `HumanEval/<number>`. */
  readonly number: number;
  /** Imports, signature and docstring; ends with a line end, inside the function that is to be written. */
  readonly prompt: string;
  /** Name of that function. */
  readonly entryPoint: string;
  /** The rest of the function, which LETI never trains on. */
  readonly canonicalSolution: string;
  /** Python that defines `check(candidate)`. */
  readonly test: string;
}

/** How to come by the official file. */
export const HUMANEVAL_HINT =
  'Get HumanEval.jsonl.gz from the data folder of github.com/openai/human-eval ' +
  '(Chen et al. 2021; MIT licence) and put it at <data folder>/humaneval/HumanEval.jsonl.gz.';

/** Where the official file lies in a data folder. */
export function humanEvalPath(dataFolder: string): string {
  return join(dataFolder, 'humaneval', 'HumanEval.jsonl.gz');
}

/**
 * Reads the official file, in file order.
 *
 * @throws {TaskDataNotFoundError} when there is no such file, or no data folder is named
 * @throws {MalformedTaskDataError} at the first line that is not a HumanEval record, or repeats a task id
 */
export async function readHumanEval(dataFolder: string | undefined): Promise<readonly HumanEvalRecord[]> {
  const path = dataFolder === undefined ? undefined : humanEvalPath(dataFolder);
  const seen = new Set<number>();
  return (await readDataRecords('humaneval', path, HUMANEVAL_HINT)).map((line) => {
    const record = humanEvalRecord(line);
    if (seen.has(record.number)) line.fail(`task_id: want each id once, got HumanEval/${record.number} again`);
    seen.add(record.number);
    return record;
  });
}

function humanEvalRecord(line: DataRecord): HumanEvalRecord {
  const number = /^HumanEval\/(\d{1,9})$/.exec(line.text('task_id'))?.[1];
  if (number === undefined)
    return line.fail(`task_id: want "HumanEval/" and a number, got ${shown(line.value('task_id'))}`);
  const entryPoint = line.text('entry_point');
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(entryPoint))
    return line.fail(`entry_point: want the name of a function, got ${shown(entryPoint)}`);
  return {
    number: Number(number),
    prompt: line.text('prompt'),
    entryPoint,
    canonicalSolution: line.text('canonical_solution'),
    test: line.text('test'),
  };
}
