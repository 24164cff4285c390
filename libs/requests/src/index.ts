/** @module What requests to several services refer to: checkpoints and problems, looked up before a run is made of them. */
export { loadProblems } from './load-problems.ts';
export { pinCheckpoint, type ResolvedCheckpoint } from './pin-checkpoint.ts';
