import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFinalState } from '@leti/leti';
import { CorruptStoreError, readJson, type ResourceStore } from '@leti/runs';
import { z } from 'zod';
import type { TrainingRunRecord } from './training-run-record.ts';

/** What is read of a benchmark run's record, which is its message in protobuf's JSON. */
const benchmarkSchema = z.object({
  value: z.object({ state: z.string(), settings: z.object({ checkpoint: z.object({ path: z.string() }) }) }),
});
const UNFINISHED: readonly string[] = ['STATE_QUEUED', 'STATE_RUNNING'];

/**
 * The folders of checkpoints that runs of a store, training and benchmark runs alike, have yet to read: those that
 * unfinished ones start from or score. What cannot be read is passed over.
 *
 * @param store the run store's folder
 */
export async function checkpointsInUse(
  store: string,
  trainingRuns: ResourceStore<TrainingRunRecord>,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const id of await trainingRuns.ids()) {
    const run = await unlessCorrupt(trainingRuns.get(id));
    if (run !== undefined && !isFinalState(run.value.state)) used.add(run.value.settings.baseCheckpoint.path);
  }
  const benchmarks = join(store, 'benchmarks');
  for (const id of await readdir(benchmarks).catch(() => [])) {
    const record = await unlessCorrupt(
      readJson(join(benchmarks, id, 'run.json'), (json) => benchmarkSchema.parse(json)),
    );
    if (record !== undefined && UNFINISHED.includes(record.value.state))
      used.add(record.value.settings.checkpoint.path);
  }
  return used;
}

async function unlessCorrupt<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (error instanceof CorruptStoreError || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  });
}
