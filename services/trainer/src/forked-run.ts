import { checkpointDigest, CheckpointNotFoundError, InvalidCheckpointError } from '@leti/checkpoint';
import type { TrainingSettings } from '@leti/leti';
import { runPaths } from '@leti/runs';
import { checkpointFolder } from '@leti/tasks';
import { readIterationRecord } from './iteration-record.ts';
import type { TrainingRunView } from './run-journal.ts';
import type { RunForkRecord } from './training-run-record.ts';

/** The checkpoint that a fork should start from is not there. */
export class CheckpointUnavailableError extends Error {
  override readonly name = 'CheckpointUnavailableError';
}

/** @throws {CheckpointUnavailableError} unless the folder holds what it should */
export async function requireCheckpoint({ path, digest }: TrainingSettings['baseCheckpoint']): Promise<void> {
  const actual = await checkpointDigest(path).catch((error: unknown) => {
    if (!(error instanceof CheckpointNotFoundError || error instanceof InvalidCheckpointError)) throw error;
    throw new CheckpointUnavailableError(`${error.message}; the run may have been told to keep only its last ones`, {
      cause: error,
    });
  });
  if (actual !== digest) throw new CheckpointUnavailableError(`${path}: want digest ${digest}, got ${actual}`);
}

/** The run has no such iteration, or has not finished it. */
export class IterationNotFoundError extends Error {
  override readonly name = 'IterationNotFoundError';
}

/**
 * What a run that is forked from another starts from.
 *
 * @param iteration whose checkpoint; 0 is the run's base
 * @returns the settings name the checkpoint, as it lies in the other run
 * @throws {IterationNotFoundError}
 */
export async function forkOf(
  run: TrainingRunView,
  iteration: number,
  keepOptimizer: boolean,
): Promise<{ readonly baseCheckpoint: TrainingSettings['baseCheckpoint']; readonly forkedFrom: RunForkRecord }> {
  const paths = runPaths(run.folder);
  const base = settingsOf(run).baseCheckpoint;
  const published = iteration === 0 ? undefined : await readIterationRecord(paths.iteration(iteration).metrics);
  if (iteration !== 0 && published === undefined)
    throw new IterationNotFoundError(`run ${run.id} has finished ${run.iterationsDone} iterations, got ${iteration}`);
  const path = iteration === 0 ? checkpointFolder(base.path) : paths.checkpoint(iteration);
  const digest = published?.checkpointDigest ?? base.digest ?? '';
  return { baseCheckpoint: { path, digest }, forkedFrom: { runId: run.id, iteration, digest, keepOptimizer } };
}

/** A run's settings; a fork starts from the copy of the checkpoint in its own folder. */
export function settingsOf({ settings, forkedFrom, folder }: TrainingRunView): TrainingSettings {
  if (forkedFrom === null) return settings;
  return { ...settings, baseCheckpoint: { path: runPaths(folder).checkpoint(0), digest: forkedFrom.digest } };
}
