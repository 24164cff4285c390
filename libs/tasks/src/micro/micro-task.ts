import { asAsked, firstOf, type TaskDefinition } from '../task-definition.ts';
import { UnknownSplitError } from '../task-errors.ts';
import { microProblems } from './micro-problem.ts';
import { MICRO_SPLITS } from './variants.ts';

/** The generated task: small Python functions over numbers, strings and lists. It needs no data folder. */
export const microTask: TaskDefinition = {
  task: 'micro',
  splits: MICRO_SPLITS,
  stop: [],
  load: async (query) => {
    const { split, limit } = query;
    const known = MICRO_SPLITS.find((name) => name === split);
    if (known === undefined) throw new UnknownSplitError('micro', split, MICRO_SPLITS);
    return asAsked(firstOf(microProblems(known), limit), query);
  },
  availability: async () => ({ available: true, hint: 'Made from a seed; it needs no data folder.' }),
};
