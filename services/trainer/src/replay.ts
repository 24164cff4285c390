import { rm } from 'node:fs/promises';
import type { Problem, TrainingSettings } from '@leti/leti';
import { type FieldViolation, InvalidArgumentError } from '@leti/rpc';
import { copyGroups, readGroups, runPaths } from '@leti/runs';
import type { TrainingRunView } from './run-journal.ts';

/** Stored samples that a run trains on instead of drawing its own. */
export interface ReplaySource {
  /** Folder of the run that drew them. */
  readonly folder: string;
  /** Its first so many iterations. */
  readonly iterations: number;
}

/**
 * Checks that a run holds the samples that are to be replayed.
 *
 * @param source the run that the settings name
 * @throws {InvalidArgumentError} when the run has not finished as many iterations, or lacks samples of a problem
 */
export async function resolveReplay(
  { replay, iterations, samplesPerProblem }: Pick<TrainingSettings, 'replay' | 'iterations' | 'samplesPerProblem'>,
  problems: readonly Problem[],
  { folder, iterationsDone }: TrainingRunView,
): Promise<ReplaySource> {
  const wanted = replay.iterations === 0 ? Math.min(iterations, iterationsDone) : replay.iterations;
  const violations: FieldViolation[] = [];
  if (iterationsDone === 0)
    violations.push({ field: 'settings.replay.run', description: 'must have finished an iteration, got none' });
  const most = Math.min(iterations, iterationsDone);
  if (iterationsDone > 0 && wanted > most)
    violations.push({
      field: 'settings.replay.iterations',
      description: `must be <= ${most}, the ${most === iterations ? 'run’s own' : 'finished'} iterations, got ${wanted}`,
    });
  for (let iteration = 1; iteration <= Math.min(wanted, iterationsDone); iteration++) {
    const groups = await readGroups(runPaths(folder).iteration(iteration));
    const stored = new Map(groups.map((group) => [group.problemId, group.samples]));
    const lacking = problems.filter(({ problemId }) => stored.get(problemId) !== samplesPerProblem);
    if (lacking[0] === undefined) continue;
    const got = stored.get(lacking[0].problemId) ?? 'none';
    violations.push({
      field: 'settings.replay.run',
      description:
        `must hold ${samplesPerProblem} samples of every problem in iteration ${iteration}, got ${got} of ` +
        `${lacking[0].problemId}${lacking.length > 1 ? ` and ${lacking.length - 1} more that do not fit` : ''}`,
    });
  }
  if (violations.length > 0) throw new InvalidArgumentError(violations);
  return { folder, iterations: wanted };
}

/**
 * Puts the samples that a run replays into its own folder, where it finds them as if it had drawn and judged them itself.
 * @throws {CorruptStoreError} when they are not whole any more; {StoreFullError}
 */
export async function copyReplayed(folder: string, source: ReplaySource, problems: readonly Problem[]): Promise<void> {
  const [from, to] = [runPaths(source.folder), runPaths(folder)];
  const problemIds = problems.map(({ problemId }) => problemId);
  for (let iteration = 1; iteration <= source.iterations; iteration++) {
    await rm(to.iteration(iteration).folder, { recursive: true, force: true });
    await copyGroups(from.iteration(iteration), to.iteration(iteration), problemIds);
  }
}
