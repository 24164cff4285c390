export { corpusDocument } from './micro/corpus.ts';
export type { CorpusDocument } from './micro/corpus.ts';
export { checkpointFolder, microBaseCheckpointFolder, microCorpusPath } from './micro/micro-files.ts';
export { microProblems } from './micro/micro-problem.ts';
export type { TaskAvailability, TaskDefinition, TaskQuery } from './task-definition.ts';
export { MalformedTaskDataError, TaskDataNotFoundError, UnknownSplitError, UnknownTaskError } from './task-errors.ts';
export { findTask, TASKS } from './tasks.ts';
