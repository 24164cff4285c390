import type { Problem } from '@leti/leti';
import { findTask } from '@leti/tasks';

/** The problems that samples are for, found by the ids that sample files have. */
export interface ProblemSet {
  readonly task: string;
  /** Problems of each split. */
  readonly splits: ReadonlyMap<string, readonly Problem[]>;
  readonly problems: readonly Problem[];
  /** The problem that an id stands for: `HumanEval/0`, `Mbpp/11`, `mbpp/11`, `11`, 11; undefined when there is none. */
  find(id: string | number): Problem | undefined;
}

/**
 * Loads a task's problems.
 * @param split only these; by default those of all splits
 * @throws what the task's `load` throws, e.g. for data that is not there
 */
export async function loadProblemSet(
  task: string,
  split: string | undefined,
  dataFolder: string | undefined,
): Promise<ProblemSet> {
  const definition = findTask(task);
  const names = split === undefined ? definition.splits : [split];
  const splits = new Map<string, readonly Problem[]>();
  for (const name of names) splits.set(name, await definition.load({ split: name, dataFolder }));
  const problems = [...splits.values()].flat();
  const byId = new Map(problems.map((problem) => [problem.problemId.toLowerCase(), problem]));
  return {
    task,
    splits,
    problems,
    find(id) {
      const name = String(id).toLowerCase();
      return byId.get(name) ?? byId.get(`${task}/${name}`);
    },
  };
}
