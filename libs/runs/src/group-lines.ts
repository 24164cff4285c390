import { FEEDBACK_CHANNELS, OUTCOMES, PHASES } from '@leti/leti';
import { z } from 'zod';

/* What a ledger's files hold per line. */

/** A line of solutions.jsonl. */
export const solutionLineSchema = z.strictObject({
  problemId: z.string(),
  sampleIndex: z.int(),
  text: z.string(),
  tokenIds: z.array(z.int()),
  logprobs: z.array(z.number()),
  finishReason: z.enum(['eos', 'stop', 'length']),
  weightsDigest: z.string(),
  /** 64-bit, in decimal digits, which JSON numbers cannot hold. */
  seed: z.string(),
  condition: z.enum(['none', 'good', 'bad']),
  // Ledgers of earlier versions lack it.
  engine: z.enum(['local', 'endpoint']).default('local'),
});

/** A line of evaluations.jsonl: problem and sample stand for the program's id. */
export const evaluationLineSchema = z.strictObject({
  problemId: z.string(),
  sampleIndex: z.int(),
  outcome: z.enum(OUTCOMES),
  feedback: z.string(),
  exceptionType: z.string(),
  failedTestIndex: z.int().nullable(),
  cpuTimeMs: z.number(),
  wallTimeMs: z.number(),
  peakMemoryBytes: z.number(),
  outputBytes: z.number(),
  // Ledgers of earlier versions lack them.
  exitSignal: z.int().default(0),
  executions: z.int().default(1),
  // Of the canonical style only.
  feedbackParts: z
    .array(z.strictObject({ channel: z.enum(FEEDBACK_CHANNELS), text: z.string() }))
    .readonly()
    .optional(),
});

/** What a line of groups.jsonl says of its group. */
export const groupSummarySchema = z.object({
  problemId: z.string(),
  samples: z.int(),
  passed: z.int(),
  distinctPrograms: z.int(),
  outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()),
  // Ledgers of earlier versions lack them.
  exceptions: z.record(z.string(), z.int()).optional(),
  hacks: z.object({ visibleOnly: z.int(), earlyExits: z.int(), testTexts: z.int() }).optional(),
});

/** A line of groups.jsonl: the group is finished, and the other files were so long then. */
export const groupLineSchema = groupSummarySchema.extend({
  solutionsBytes: z.int().min(0),
  evaluationsBytes: z.int().min(0),
  /** Of the group's own lines in each file, hex; ledgers of earlier versions lack them. */
  solutionsSha256: z.string().optional(),
  evaluationsSha256: z.string().optional(),
  /** Seconds the run had taken up to here. */
  phases: z.partialRecord(z.enum(PHASES), z.number()),
  /** Of those, seconds in which only evaluation went on. */
  exposedSeconds: z.number().optional(),
});

export type SolutionLine = z.infer<typeof solutionLineSchema>;
export type EvaluationLine = z.infer<typeof evaluationLineSchema>;
export type GroupLine = z.infer<typeof groupLineSchema>;
