/** A part of a task. */
export interface TaskSelection {
  /** E.g. `micro` or `mbpp`. */
  readonly task: string;
  readonly split: string;
  /** Folder with the task's official files; undefined takes the service's own setting. */
  readonly dataFolder: string | undefined;
  /** Take the first so many problems, 1 or more; undefined takes all. */
  readonly limit: number | undefined;
}
