/** No task has this name. */
export class UnknownTaskError extends Error {
  override readonly name = 'UnknownTaskError';
  readonly task: string;
  readonly known: readonly string[];

  constructor(task: string, known: readonly string[]) {
    super(`task: want one of ${known.join(', ')}, got '${task}'`);
    this.task = task;
    this.known = known;
  }
}

/** The task has no split of this name. */
export class UnknownSplitError extends Error {
  override readonly name = 'UnknownSplitError';
  readonly task: string;
  readonly split: string;
  readonly known: readonly string[];

  constructor(task: string, split: string, known: readonly string[]) {
    super(`split of task ${task}: want one of ${known.join(', ')}, got '${split}'`);
    this.task = task;
    this.split = split;
    this.known = known;
  }
}

/** A task's official file is not where it was looked for. */
export class TaskDataNotFoundError extends Error {
  override readonly name = 'TaskDataNotFoundError';
  readonly task: string;
  /** Where the file was looked for; undefined when no data folder was named. */
  readonly path: string | undefined;
  /** Where the official file can be had and where to put it. */
  readonly hint: string;

  constructor(task: string, path: string | undefined, hint: string, options?: ErrorOptions) {
    super(
      path === undefined
        ? `task ${task} wants a data folder, got none. ${hint}`
        : `task ${task}: no file ${path}. ${hint}`,
      options,
    );
    this.task = task;
    this.path = path;
    this.hint = hint;
  }
}

/** A line of a task's file is not what the format says. */
export class MalformedTaskDataError extends Error {
  override readonly name = 'MalformedTaskDataError';
  readonly path: string;
  /** 1-based. */
  readonly line: number;

  constructor(path: string, line: number, expectation: string, options?: ErrorOptions) {
    super(`${path}:${line}: ${expectation}`, options);
    this.path = path;
    this.line = line;
  }
}
