import { type IterationMetrics, OUTCOMES, PHASES } from '@leti/leti';
import { z } from 'zod';
import { readJson, writeJson } from './atomic-json.ts';

/** What metrics.json holds; it is written last, so that an iteration that has it is finished. */
const iterationRecordSchema = z.strictObject({
  /** Of the checkpoint that the iteration published. */
  checkpointDigest: z.string(),
  metrics: z.strictObject({
    samples: z.int(),
    distinctPrograms: z.int(),
    outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()),
    trainPassAt1: z.number(),
    fcftLoss: z.number(),
    pretrainingLoss: z.number(),
    phases: z.partialRecord(z.enum(PHASES), z.number()),
  }),
});

export interface IterationRecord {
  readonly checkpointDigest: string;
  readonly metrics: IterationMetrics;
}

/** @returns undefined when the iteration is not finished @throws {DamagedStoreError} */
export async function readIterationRecord(path: string): Promise<IterationRecord | undefined> {
  const record = await readJson(path, iterationRecordSchema);
  return record as IterationRecord | undefined;
}

export function writeIterationRecord(path: string, record: IterationRecord): Promise<void> {
  return writeJson(path, record);
}
