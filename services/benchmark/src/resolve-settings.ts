import { checkpointDigest, DigestMismatchError } from '@leti/checkpoint/digest';
import type { BenchmarkSettings, PinnedCheckpoint, Problem, TaskSelection } from '@leti/leti';
import { InvalidArgumentError } from '@leti/rpc';
import { checkpointFolder, findTask, UnknownSplitError, UnknownTaskError } from '@leti/tasks';

/** Settings whose checkpoint is known by its content. */
export type ResolvedSettings = BenchmarkSettings & { readonly checkpoint: PinnedCheckpoint };

/**
 * Looks up what settings refer to, before a run is made of them: a run that cannot work is refused, not failed later.
 *
 * @param dataFolder where tasks look for official files unless the settings say
 * @returns the settings with the checkpoint's digest and the data folder, and the number of problems
 * @throws {InvalidArgumentError} for an unknown task or split; {TaskDataNotFoundError} {MalformedTaskDataError}
 *   {CheckpointNotFoundError} {DigestMismatchError}
 */
export async function resolveSettings(
  settings: BenchmarkSettings,
  dataFolder: string | undefined,
): Promise<{ readonly settings: ResolvedSettings; readonly problemsTotal: number }> {
  const task = { ...settings.task, dataFolder: settings.task.dataFolder ?? dataFolder };
  const problems = await loadProblems(task);
  const checkpoint = await pinCheckpoint(settings.checkpoint);
  return { settings: { ...settings, task, checkpoint }, problemsTotal: problems.length };
}

/** The problems of a task's part. @throws {InvalidArgumentError} with field paths of CreateBenchmarkRunRequest */
export async function loadProblems(selection: TaskSelection): Promise<readonly Problem[]> {
  const at = (field: string, cause: Error): InvalidArgumentError =>
    new InvalidArgumentError([{ field: `settings.task.${field}`, description: cause.message }], { cause });
  try {
    return await findTask(selection.task).load(selection);
  } catch (error) {
    if (error instanceof UnknownTaskError) throw at('task', error);
    if (error instanceof UnknownSplitError) throw at('split', error);
    throw error;
  }
}

async function pinCheckpoint({ path, digest }: BenchmarkSettings['checkpoint']): Promise<PinnedCheckpoint> {
  const folder = checkpointFolder(path);
  const actual = await checkpointDigest(folder);
  if (digest !== undefined && digest !== actual) throw new DigestMismatchError(folder, digest, actual);
  return { path, digest: actual };
}
