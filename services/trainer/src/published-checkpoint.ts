import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointNotFoundError, checkpointDigest, InvalidCheckpointError, readCheckpoint } from '@leti/checkpoint';
import type { PinnedCheckpoint } from '@leti/leti';
import { readJson, runPaths, writeJsonAtomically } from '@leti/runs';
import { InvalidTokenizerError, TokenizerNotFoundError } from '@leti/tokenizer';
import { z } from 'zod';
import type { IterationOfRun, TrainingJob, TrainingOutcome } from './training-job.ts';
import { meanLosses, stateOf, type TrainingState } from './training-state.ts';

/** What a damaged folder is told by. */
const DAMAGES = [InvalidCheckpointError, CheckpointNotFoundError, TokenizerNotFoundError, InvalidTokenizerError];

const noteSchema = z.strictObject({ digest: z.string() });

/** Where the digest of an iteration's checkpoint is noted once it is published: weights alone do not tell a flipped bit. */
const notePath = ({ runFolder, iteration }: IterationOfRun): string =>
  join(runPaths(runFolder).iteration(iteration).folder, 'checkpoint.json');

/** Notes what was published. @throws {StoreFullError} */
export function notePublished(job: IterationOfRun, digest: string): Promise<void> {
  return writeJsonAtomically(notePath(job), { digest });
}

/**
 * What an earlier attempt published, if it came so far. A folder that is there but is not what was published is moved
 * aside, to `NAME.damaged-N` beside it, because the iteration can be trained again.
 *
 * @throws what reading it throws, when it is damaged and so is the checkpoint that the iteration starts from
 */
export async function readPublished(
  job: Pick<TrainingJob, 'runFolder' | 'iteration' | 'from'>,
): Promise<TrainingOutcome | undefined> {
  const folder = runPaths(job.runFolder).checkpoint(job.iteration);
  if (!(await exists(folder))) return undefined;
  try {
    const noted = await readJson(notePath(job), (json) => noteSchema.parse(json));
    const checkpoint = await readCheckpoint(folder, { withOptimizer: true });
    if (noted !== undefined && noted.digest !== checkpoint.digest)
      throw new InvalidCheckpointError(folder, `want digest ${noted.digest}, got ${checkpoint.digest}`);
    return outcomeOf(checkpoint.digest, stateOf(checkpoint), 0);
  } catch (error) {
    if (!DAMAGES.some((damage) => error instanceof damage)) throw error;
    if (!(await isWhole(job.from))) throw error;
    await moveAside(folder);
    return undefined;
  }
}

/** A finished iteration's outcome, out of the state that is published with it. */
export function outcomeOf(digest: string, state: TrainingState, publishSeconds: number): TrainingOutcome {
  const { trainSeconds, stepSeconds = 0, dataSeconds = 0, heldOutLoss, sequences = 0 } = state;
  return {
    digest,
    losses: meanLosses(state),
    trainSeconds,
    publishSeconds,
    stepSeconds,
    dataSeconds,
    ...(heldOutLoss !== undefined && { heldOutLoss }),
    sequences,
  };
}

async function isWhole({ path, digest }: PinnedCheckpoint): Promise<boolean> {
  return checkpointDigest(path).then(
    (actual) => actual === digest,
    () => false,
  );
}

async function moveAside(folder: string): Promise<void> {
  for (let n = 1; ; n++) {
    const name = `${folder}.damaged-${n}`;
    if (!(await exists(name))) return rename(folder, name);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
