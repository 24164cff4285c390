import type { Problem } from '@leti/leti';
import { InvalidArgumentError } from '@leti/rpc';
import { findTask, type TaskQuery, UnknownSplitError, UnknownTaskError } from '@leti/tasks';

/**
 * The problems of a task's part, in the task's order.
 *
 * @param field where the selection stands in the request, e.g. `settings.task`
 * @throws {InvalidArgumentError} for an unknown task or split, with its field path
 * @throws {TaskDataNotFoundError} {MalformedTaskDataError}
 */
export async function loadProblems(
  selection: TaskQuery & { readonly task: string },
  field: string,
): Promise<readonly Problem[]> {
  const at = (name: string, cause: Error): InvalidArgumentError =>
    new InvalidArgumentError([{ field: `${field}.${name}`, description: cause.message }], { cause });
  try {
    return await findTask(selection.task).load(selection);
  } catch (error) {
    if (error instanceof UnknownTaskError) throw at('task', error);
    if (error instanceof UnknownSplitError) throw at('split', error);
    throw error;
  }
}
