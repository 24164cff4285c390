import type { BenchmarkSettings, PinnedCheckpoint } from '@leti/leti';
import { loadProblems, pinCheckpoint } from '@leti/requests';
import { findTask } from '@leti/tasks';

/** Where the task stands in CreateBenchmarkRunRequest. */
export const TASK_FIELD = 'settings.task';

/** Settings whose checkpoint is known by its content. */
export type ResolvedSettings = BenchmarkSettings & { readonly checkpoint: PinnedCheckpoint };

/**
 * Looks up what settings refer to, before a run is made of them: a run that cannot work is refused, not failed later.
 *
 * @param dataFolder where tasks look for official files unless the settings say
 * @returns the settings with the checkpoint's digest and absolute folder, the data folder, and where none were named the
 *   task's own stop strings; and the number of problems
 * @throws {InvalidArgumentError} for an unknown task or split; {TaskDataNotFoundError} {MalformedTaskDataError}
 *   and what {@link pinCheckpoint} throws
 */
export async function resolveSettings(
  settings: BenchmarkSettings,
  dataFolder: string | undefined,
): Promise<{ readonly settings: ResolvedSettings; readonly problemsTotal: number }> {
  const task = { ...settings.task, dataFolder: settings.task.dataFolder ?? dataFolder };
  const problems = await loadProblems(task, TASK_FIELD);
  const { checkpoint } = await pinCheckpoint(settings.checkpoint);
  const stop = settings.sampling.stop.length > 0 ? settings.sampling.stop : findTask(task.task).stop;
  const sampling = { ...settings.sampling, stop };
  return { settings: { ...settings, task, checkpoint, sampling }, problemsTotal: problems.length };
}
