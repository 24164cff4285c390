import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { IterationMetrics, TrainingSettings } from '@leti/leti';
import { runPaths } from '@leti/runs';
import { readIterationRecord } from './iteration-record.ts';

/** What decides which checkpoints a run keeps. */
export type Retention = Pick<TrainingSettings, 'checkpoints' | 'validation'>;

/**
 * The iteration whose checkpoint scored most on the validation problems, under the first condition; of equal ones the
 * earlier.
 *
 * @param metrics of the finished iterations, in order from 1
 * @returns undefined while none has a score
 */
export function bestIteration(metrics: readonly Pick<IterationMetrics, 'validation'>[]): number | undefined {
  const scores = metrics.map(({ validation }) => validation?.[0]?.passAtK[0]?.estimate ?? Number.NEGATIVE_INFINITY);
  const best = Math.max(...scores);
  return Number.isFinite(best) ? 1 + scores.indexOf(best) : undefined;
}

/** Which of the checkpoints 1 … `newest` need not be kept. The newest always is: the next iteration starts from it. */
export function checkpointsToRemove(newest: number, best: number | undefined, retention: Retention): number[] {
  const { keepLast, keepBest } = retention.checkpoints;
  if (keepLast === 0) return [];
  const kept = keepBest || retention.validation.select === 'best' ? best : undefined;
  const older = Array.from({ length: Math.max(0, newest - keepLast) }, (_, index) => index + 1);
  return older.filter((iteration) => iteration !== kept);
}

/**
 * Removes the checkpoints that a run need not keep, each by one rename, so that nobody ever reads half of one. Their
 * digests stay in the iterations' records.
 *
 * @param newest the newest finished iteration
 * @param inUse folders of checkpoints that something else reads; is asked when there is something to remove
 * @returns the iterations whose checkpoints were removed just now
 */
export async function applyRetention(
  folder: string,
  newest: number,
  retention: Retention,
  inUse: () => Promise<ReadonlySet<string>>,
): Promise<number[]> {
  if (retention.checkpoints.keepLast === 0) return [];
  const paths = runPaths(folder);
  await removeLeftovers(dirname(paths.checkpoint(newest)));
  const metrics: IterationMetrics[] = [];
  for (let iteration = 1; iteration <= newest; iteration++) {
    const record = await readIterationRecord(paths.iteration(iteration).metrics);
    if (record === undefined) return []; // the best one cannot be told
    metrics.push(record.metrics);
  }
  const removable = checkpointsToRemove(newest, bestIteration(metrics), retention);
  if (removable.length === 0) return [];
  const needed = await inUse();
  const removed: number[] = [];
  for (const iteration of removable) {
    const checkpoint = paths.checkpoint(iteration);
    if (!needed.has(checkpoint) && (await remove(checkpoint))) removed.push(iteration);
  }
  return removed;
}

const REMOVING = '.removing-';

/** @returns whether it was there */
async function remove(checkpoint: string): Promise<boolean> {
  const doomed = join(dirname(checkpoint), `${REMOVING}${basename(checkpoint)}`);
  try {
    await rename(checkpoint, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await rm(doomed, { recursive: true, force: true });
  return true;
}

/** What a process that died while it removed left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(REMOVING)) await rm(join(folder, name), { recursive: true, force: true });
}
