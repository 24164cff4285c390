import { type Problem, withoutReference } from '@leti/leti';

/** Which problems of a task to load. */
export interface TaskQuery {
  readonly split: string;
  /** Folder with the official files of tasks that are not made here; e.g. `<dataFolder>/mbpp/mbpp.jsonl`. */
  readonly dataFolder?: string | undefined;
  /** Takes the first so many problems of the split; at least 1. Default: all. */
  readonly limit?: number | undefined;
  /**
   * Whether problems carry their reference solutions, with `lf` line ends or `raw` as the official file has them. Default:
   * they carry none, so that nothing but supervised training can come by them.
   */
  readonly references?: 'lf' | 'raw' | undefined;
}

/** Whether a task can be loaded, and what to do where it cannot. */
export interface TaskAvailability {
  readonly available: boolean;
  /** Where the data is or can be had, in one sentence. */
  readonly hint: string;
}

/** A benchmark or training task: named splits of problems. */
export interface TaskDefinition {
  readonly task: 'micro' | 'unfamiliar' | 'mbpp' | 'humaneval';
  readonly splits: readonly string[];
  /** Texts before which a solution is cut when a benchmark names none; empty where models are trained to end. */
  readonly stop: readonly string[];
  /**
   * The problems of a split, always in the same order.
   *
   * @throws {UnknownSplitError} for a split that is not in `splits`
   * @throws {TaskDataNotFoundError} when the official file is not there
   * @throws {MalformedTaskDataError} naming file and line
   * @throws {RangeError} when limit is not an integer of at least 1
   */
  load(query: TaskQuery): Promise<readonly Problem[]>;
  availability(dataFolder?: string): Promise<TaskAvailability>;
}

/** The problems as a query wants them: with their reference solutions only if it asks for them. */
export function asAsked(problems: readonly Problem[], { references }: TaskQuery): readonly Problem[] {
  return references === undefined ? problems.map(withoutReference) : problems;
}

/** The first `limit` items, or all. @throws {RangeError} when limit is not an integer of at least 1 */
export function firstOf<T>(items: readonly T[], limit: number | undefined): readonly T[] {
  if (limit === undefined) return items;
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit: want an integer >= 1, got ${limit}`);
  return items.slice(0, limit);
}
