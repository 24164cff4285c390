import { access } from 'node:fs/promises';
import type { Problem } from '@leti/leti';
import { firstOf, type TaskDefinition } from '../task-definition.ts';
import { UnknownSplitError } from '../task-errors.ts';
import { HUMANEVAL_HINT, humanEvalPath, type HumanEvalRecord, readHumanEval } from './humaneval-record.ts';

const SPLITS = ['test'];

/**
 * HumanEval: 164 functions to complete, written by hand, from the official file. All of it is for scoring.
 * @see Chen et al. 2021, arXiv:2107.03374
 */
export const humanEvalTask: TaskDefinition = {
  task: 'humaneval',
  splits: SPLITS,
  // The paper's, section 2.1: a model that was not trained to end goes on with another function or a script.
  stop: ['\nclass', '\ndef', '\n#', '\nif', '\nprint'],
  async load({ split, dataFolder, limit }) {
    if (!SPLITS.includes(split)) throw new UnknownSplitError('humaneval', split, SPLITS);
    return firstOf((await readHumanEval(dataFolder)).map(humanEvalProblem), limit);
  },
  async availability(dataFolder) {
    if (dataFolder === undefined) return { available: false, hint: HUMANEVAL_HINT };
    const path = humanEvalPath(dataFolder);
    const available = await access(path).then(
      () => true,
      () => false,
    );
    return { available, hint: available ? path : `No file ${path}. ${HUMANEVAL_HINT}` };
  },
};

/** The problem as the official harness poses it: the prompt as it is, then `check` is defined and called. */
function humanEvalProblem({ number, prompt, entryPoint, test }: HumanEvalRecord): Problem {
  return { problemId: `humaneval/${number}`, prompt, testSetupCode: '', tests: [test, `check(${entryPoint})`] };
}
