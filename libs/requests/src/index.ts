/**
 * @module What services that take requests for runs and checkpoints share: what the requests refer to is looked up alike,
 * and what is wrong with it has the same status everywhere.
 */
export { checkpointStatuses } from './checkpoint-statuses.ts';
export { loadProblems } from './load-problems.ts';
export { pinCheckpoint, type ResolvedCheckpoint } from './pin-checkpoint.ts';
export { runIdFrom, runName, type RunCollection } from './run-name.ts';
export { RUN_STATUSES } from './run-statuses.ts';
