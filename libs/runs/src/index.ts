// The run store on a folder: runs, event logs, ledgers, and who may write them.
export { copyGroups } from './copy-groups.ts';
export { EventLog, readEvents } from './event-log.ts';
export type { EventLogOptions, LoggedEvent } from './event-log.ts';
export { readFcft, readFcftMadeBy, writeFcft } from './fcft-lines.ts';
export type { FcftLine } from './fcft-lines.ts';
export { GroupFollower } from './group-follower.ts';
export type { LedgerGroup } from './group-follower.ts';
export { GroupLedger, readGroups, readSamples } from './group-ledger.ts';
export type { GroupFiles } from './group-ledger.ts';
export type { EvaluationLine, SolutionLine } from './group-lines.ts';
export type { DamagedGroup } from './inspect-ledger.ts';
export { JsonLinesFile, readJsonLines } from './json-lines.ts';
export type { JsonLinesOptions } from './json-lines.ts';
export { readProblems, writeProblems } from './problem-file.ts';
export { isRunning, thisProcess } from './process-identity.ts';
export type { ProcessIdentity } from './process-identity.ts';
export { readJson } from './read-json.ts';
export { ResourceStore } from './resource-store.ts';
export type { ResourceStoreOptions, StoredRun } from './resource-store.ts';
export { runPaths } from './run-paths.ts';
export type { IterationPaths, RunPaths } from './run-paths.ts';
export { acquireRunLock } from './run-lock.ts';
export type { RunLock } from './run-lock.ts';
export {
  CorruptStoreError,
  InvalidPageTokenError,
  InvalidRequestIdError,
  RunLockedError,
  RunNotFoundError,
  StoreFullError,
  writeFailure,
} from './store-errors.ts';
export { writeFileAtomically, writeJsonAtomically } from './write-atomically.ts';
