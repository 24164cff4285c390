import { humanEvalTask } from './humaneval/humaneval-task.ts';
import { mbppTask } from './mbpp/mbpp-task.ts';
import { microTask } from './micro/micro-task.ts';
import type { TaskDefinition } from './task-definition.ts';
import { UnknownTaskError } from './task-errors.ts';
import { unfamiliarTask } from './unfamiliar/unfamiliar-task.ts';

/** Every task by its name. */
export const TASKS: ReadonlyMap<string, TaskDefinition> = new Map([
  [microTask.task, microTask],
  [unfamiliarTask.task, unfamiliarTask],
  [mbppTask.task, mbppTask],
  [humanEvalTask.task, humanEvalTask],
]);

/** The task with this name. @throws {UnknownTaskError} naming the tasks there are */
export function findTask(task: string): TaskDefinition {
  const definition = TASKS.get(task);
  if (definition === undefined) throw new UnknownTaskError(task, [...TASKS.keys()]);
  return definition;
}
