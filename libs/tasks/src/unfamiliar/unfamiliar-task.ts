import type { Problem } from '@leti/leti';
import { posedProblems } from '../micro/micro-problem.ts';
import { MICRO_SPLITS, type MicroSplit } from '../micro/variants.ts';
import { asAsked, firstOf, type TaskDefinition } from '../task-definition.ts';
import { UnknownSplitError } from '../task-errors.ts';
import { OPERATIONS } from './operations.ts';

/** Problems in each split: eight, two and eight of every operation. */
export const UNFAMILIAR_SPLIT_SIZES: Readonly<Record<MicroSplit, number>> = {
  train: OPERATIONS.length * 8,
  validation: OPERATIONS.length * 2,
  test: OPERATIONS.length * 8,
};

/**
 * The problems of a split, operation by operation in turn. The same call gives the same problems on every machine;
 * splits differ in wording and arguments, not in operations.
 */
export function unfamiliarProblems(split: MicroSplit): readonly Problem[] {
  return posedProblems('unfamiliar', OPERATIONS, split, UNFAMILIAR_SPLIT_SIZES[split]);
}

/**
 * The generated task whose library the base model does not know: each problem is one call of a method of a built-in
 * type, whose name the corpus hardly ever gets right. It needs no data folder.
 */
export const unfamiliarTask: TaskDefinition = {
  task: 'unfamiliar',
  splits: MICRO_SPLITS,
  stop: [],
  load: async (query) => {
    const { split, limit } = query;
    const known = MICRO_SPLITS.find((name) => name === split);
    if (known === undefined) throw new UnknownSplitError('unfamiliar', split, MICRO_SPLITS);
    return asAsked(firstOf(unfamiliarProblems(known), limit), query);
  },
  availability: async () => ({ available: true, hint: 'Made from a seed; it needs no data folder.' }),
};
