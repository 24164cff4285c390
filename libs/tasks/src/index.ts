export { corpusDocument } from './micro/corpus.ts';
export type { CorpusDocument } from './micro/corpus.ts';
export { microProblems } from './micro/micro-problem.ts';
export {
  checkpointFolder,
  isShippedCheckpoint,
  microBaseCheckpointFolder,
  microCorpusPath,
  shippedCorpusPath,
} from './shipped-files.ts';
export type { TaskAvailability, TaskDefinition, TaskQuery } from './task-definition.ts';
export { MalformedTaskDataError, TaskDataNotFoundError, UnknownSplitError, UnknownTaskError } from './task-errors.ts';
export { findTask, TASKS } from './tasks.ts';
export { unfamiliarDocument } from './unfamiliar/corpus.ts';
export type { UnfamiliarDocument } from './unfamiliar/corpus.ts';
export { unfamiliarProblems } from './unfamiliar/unfamiliar-task.ts';
