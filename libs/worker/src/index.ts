// A typed worker in a process of its own: calls with progress, abort, crash and restart.
export { CrashRetries } from './crash-retries.ts';
export type { ProgressOf, RequestOf, ResponseOf, WorkerContext, WorkerHandler, WorkerHandlers } from './handlers.ts';
export { runWorker } from './run-worker.ts';
export type { RunWorkerOptions } from './run-worker.ts';
export { startWorker } from './start-worker.ts';
export type { StartWorkerOptions, Worker, WorkerCallOptions, WorkerCalls, WorkerEnd } from './start-worker.ts';
export type { RevivableError } from './wire-error.ts';
export { WorkerCrashedError, WorkerStoppedError } from './worker-errors.ts';
export type { WorkerExit } from './worker-errors.ts';
