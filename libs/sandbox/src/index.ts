// Runs untrusted Python programs in a sandbox, each in two processes, and says how they ended.
export { assertPython } from './assert-python.ts';
export {
  InvalidLimitsError,
  InvalidProgramError,
  NoIsolationError,
  NoPythonError,
  SandboxLostError,
  VerifierFailedError,
} from './errors.ts';
export { FairQueue } from './fair-queue.ts';
export type { Caller } from './fair-queue.ts';
export { DEFAULT_LIMITS, findBadLimit, MAX_LIMITS } from './limits.ts';
export { createProgramRunner } from './program-runner.ts';
export type { ProgramRunner, ProgramRunnerOptions, RunnerCounts, RunnerInfo } from './program-runner.ts';
export type { RunnerLoad } from './slot-pool.ts';
export type { GvisorOptions, GvisorPlatform, Runtime } from './runtime.ts';
