import { OUTCOMES, PHASES } from '@leti/leti';
import { z } from 'zod';

/* What the run folder's files hold per line. Read with the same schemas that they are written by. */

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
});

/** A line of evaluations.jsonl. */
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
});

/** A line of groups.jsonl: it says that the group is finished, and how long the other files were then. */
export const groupLineSchema = z.strictObject({
  problemId: z.string(),
  samples: z.int(),
  passed: z.int(),
  distinctPrograms: z.int(),
  outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()),
  solutionsBytes: z.int(),
  evaluationsBytes: z.int(),
  /** Seconds the iteration had taken up to here. */
  phases: z.partialRecord(z.enum(PHASES), z.number()),
});

/** A line of fcft.jsonl: one training sequence, and what it is made of. */
export const fcftLineSchema = z.strictObject({
  problemId: z.string(),
  sampleIndex: z.int(),
  reward: z.enum(['<|good|>', '<|bad|>']),
  outcome: z.enum(OUTCOMES),
  feedback: z.string(),
  prompt: z.string(),
  solution: z.string(),
  /** The sequence as trained on: reward token, feedback, problem, solution, cut on the right. */
  tokenIds: z.array(z.int()),
});

export type SolutionLine = z.infer<typeof solutionLineSchema>;
export type EvaluationLine = z.infer<typeof evaluationLineSchema>;
export type GroupLine = z.infer<typeof groupLineSchema>;
export type FcftLine = z.infer<typeof fcftLineSchema>;
