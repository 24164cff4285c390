/** There is no run of this id in the store. */
export class RunNotFoundError extends Error {
  override readonly name = 'RunNotFoundError';
  readonly runId: string;

  constructor(runId: string, options?: ErrorOptions) {
    super(`no run ${JSON.stringify(runId)}`, options);
    this.runId = runId;
  }
}

/** A file of the store does not hold what it should; it is left as it is. */
export class CorruptStoreError extends Error {
  override readonly name = 'CorruptStoreError';
  readonly path: string;
  /** From 1; undefined when the file as a whole is meant. */
  readonly line: number | undefined;

  constructor(path: string, line: number | undefined, problem: string, options?: ErrorOptions) {
    super(`${line === undefined ? path : `${path}:${line}`}: ${problem}`, options);
    this.path = path;
    this.line = line;
  }
}

/** The disk, the quota or the largest allowed file is full. What was being written is not in the store. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
  readonly path: string;

  constructor(path: string, options?: ErrorOptions) {
    super(`no space left to write ${path}; free some and try again`, options);
    this.path = path;
  }
}

/** Another process writes this run. */
export class RunLockedError extends Error {
  override readonly name = 'RunLockedError';
  /** The run's folder. */
  readonly folder: string;
  /** Process id of the writer. */
  readonly pid: number;
  readonly host: string;

  constructor(folder: string, { pid, host }: { readonly pid: number; readonly host: string }) {
    super(`${folder} is being written by process ${pid} on ${host}; only one process may write a run`);
    this.folder = folder;
    this.pid = pid;
    this.host = host;
  }
}

/** A page token that list() did not give out. */
export class InvalidPageTokenError extends Error {
  override readonly name = 'InvalidPageTokenError';

  constructor(token: string) {
    super(`page_token must be the next_page_token of a list call, got ${JSON.stringify(token)}`);
  }
}

/** A request id that cannot be a file name. */
export class InvalidRequestIdError extends Error {
  override readonly name = 'InvalidRequestIdError';

  constructor(requestId: string) {
    super(`request_id must match [A-Za-z0-9._-]{1,64} and not begin with a dot, got ${JSON.stringify(requestId)}`);
  }
}

const NO_SPACE: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What a failed write to `path` is told as: StoreFullError for want of space, else the error itself. */
export function writeFailure(path: string, error: unknown): unknown {
  return NO_SPACE.has((error as NodeJS.ErrnoException).code) ? new StoreFullError(path, { cause: error }) : error;
}
