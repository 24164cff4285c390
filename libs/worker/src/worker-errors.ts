/** A worker process ended while calls ran in it, or before it was ready. */
export class WorkerCrashedError extends Error {
  override readonly name = 'WorkerCrashedError';
  /** The worker's name. */
  readonly worker: string;
  /** Exit code; null when a signal ended it. */
  readonly exitCode: number | null;
  /** e.g. 'SIGKILL', which the kernel also sends when memory runs out; null when it exited by itself. */
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its standard error. */
  readonly stderr: readonly string[];

  constructor(worker: string, { exitCode, signal, stderr }: WorkerExit, options?: ErrorOptions) {
    const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
    const last = stderr.findLast((line) => line.trim() !== '');
    super(`worker ${worker} ended with ${how}${last === undefined ? '' : `: ${last.trim()}`}`, options);
    this.worker = worker;
    this.exitCode = exitCode;
    this.signal = signal;
    this.stderr = stderr;
  }
}

/** How a worker process ended. */
export interface WorkerExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: readonly string[];
}

/** A call came after stop(), or ran when stop() was called. */
export class WorkerStoppedError extends Error {
  override readonly name = 'WorkerStoppedError';

  constructor(worker: string) {
    super(`worker ${worker} has been stopped`);
  }
}
