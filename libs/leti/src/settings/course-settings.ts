import { z } from 'zod';
import { CONDITIONS, SELECTIONS } from './choices.ts';
import { count } from './numbers.ts';

/* What accompanies the training: how it is scored, when it ends, what stays of it. */

/** How each iteration's checkpoint is scored, on another split of the problems' task. */
export const validationSchema = z.strictObject({
  /** The split, e.g. `validation`; empty turns validation off. By mode empty or, for a task's problems, `test`. */
  split: z.string().optional(),
  /** Takes the first so many problems. Default: all. */
  limit: count(1).optional(),
  /** n, 1 to 1024, by mode 16 or 10. */
  samplesPerProblem: count(1, 1024).optional(),
  /** Range [0, 10], default 0.1, the paper's. */
  temperature: z.number().min(0).max(10).default(0.1),
  /** What prompts start with, scored one by one; the first decides. Default `good`, `none` where no reward is trained. */
  conditions: z.array(z.enum(CONDITIONS)).min(1).max(CONDITIONS.length).readonly().optional(),
  /** Scores after every so many iterations, and after the last. At least 1, default 1. */
  every: count(1).default(1),
  /** Ends the run after so many scores without a better one; 0, the default, never does. */
  patience: count(0).default(0),
  /** Which checkpoint the run gives: its `last` one or the `best` of those scored. By mode. */
  select: z.enum(SELECTIONS).optional(),
});

/** Which of a run's checkpoints stay whole. Others keep their weights' digest in the record. */
export const retentionSchema = z.strictObject({
  /** The newest so many; 0, the default, keeps all. */
  keepLast: count(0).default(0),
  /** Also keeps the best one of those that were scored. Default true. */
  keepBest: z.boolean().default(true),
});

/** Trains on the solutions that another run stored, without sampling. */
export const replaySchema = z.strictObject({
  /** Id of that run in the same store; empty, the default, samples. */
  run: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'must be the id of a run')
    .default(''),
  /** Its first so many iterations are replayed, later ones sampled; 0, the default, is all it has. */
  iterations: count(0, 10_000).default(0),
});
