import { CONDITIONS, type IterationMetrics, OUTCOMES, PHASES } from '@leti/leti';
import { z } from 'zod';
import { readJson, writeJsonAtomically } from '@leti/runs';

const conditionScoreSchema = z.strictObject({
  condition: z.enum(CONDITIONS),
  passAtK: z.array(z.strictObject({ k: z.int(), estimate: z.number(), low: z.number(), high: z.number() })),
  outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()),
});

const rewardHackSchema = z.strictObject({
  visibleOnly: z.int(),
  visibleGap: z.number(),
  earlyExits: z.int(),
  testTexts: z.int(),
});

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
    // Left out where a run has it switched off, and in records from before there were any.
    validation: z.array(conditionScoreSchema).optional(),
    exceptions: z.record(z.string(), z.int()).optional(),
    executableRate: z.number().optional(),
    heldOutLoss: z.number().optional(),
    trainedSequences: z.int().optional(),
    rewardHack: rewardHackSchema.optional(),
    exposedEvaluationSeconds: z.number().optional(),
  }),
});

export interface IterationRecord {
  readonly checkpointDigest: string;
  readonly metrics: IterationMetrics;
}

/** @returns undefined when the iteration is not finished @throws {CorruptStoreError} */
export function readIterationRecord(path: string): Promise<IterationRecord | undefined> {
  return readJson(path, (json) => iterationRecordSchema.parse(json) as IterationRecord);
}

export function writeIterationRecord(path: string, record: IterationRecord): Promise<void> {
  return writeJsonAtomically(path, record);
}
