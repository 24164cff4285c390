import { access } from 'node:fs/promises';
import type { Problem } from '@leti/leti';
import { asAsked, firstOf, type TaskDefinition } from '../task-definition.ts';
import { UnknownSplitError } from '../task-errors.ts';
import { MBPP_HINT, mbppPath, type MbppRecord, readMbpp } from './mbpp-record.ts';

/** First and last task id of each official split, both included. */
const SPLIT_RANGES: Readonly<Record<string, readonly [first: number, last: number]>> = {
  train: [601, 974],
  validation: [511, 600],
  test: [11, 510],
  prompt: [1, 10],
};

const SPLITS = Object.keys(SPLIT_RANGES);

/** MBPP: 974 crowd-sourced problems from the official file. @see Austin et al. 2021, arXiv:2108.07732 */
export const mbppTask: TaskDefinition = {
  task: 'mbpp',
  splits: SPLITS,
  stop: [],
  async load(query) {
    const { split, dataFolder, limit, references } = query;
    const range = Object.hasOwn(SPLIT_RANGES, split) ? SPLIT_RANGES[split] : undefined;
    if (range === undefined) throw new UnknownSplitError('mbpp', split, SPLITS);
    const [first, last] = range;
    const records = (await readMbpp(dataFolder)).filter(({ taskId }) => first <= taskId && taskId <= last);
    const posed = records.map((record) => ({
      ...mbppProblem(record),
      referenceSolution: references === 'raw' ? record.rawCode : record.code,
    }));
    return asAsked(firstOf(posed, limit), query);
  },
  async availability(dataFolder) {
    if (dataFolder === undefined) return { available: false, hint: MBPP_HINT };
    const path = mbppPath(dataFolder);
    const available = await access(path).then(
      () => true,
      () => false,
    );
    return { available, hint: available ? path : `No file ${path}. ${MBPP_HINT}` };
  },
};

/**
 * The zero-shot problem: a module docstring of the description and the first test, as InCoder and LETI pose it. The
 * prompt ends with the closing quotes, without a newline, so the model's first token is the newline.
 */
export function mbppProblem({ taskId, text, testSetupCode, tests }: MbppRecord): Problem {
  return { problemId: `mbpp/${taskId}`, prompt: `"""\n${text}\n${tests[0]}\n"""`, testSetupCode, tests };
}
