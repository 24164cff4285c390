import { z } from 'zod';
import {
  BALANCES,
  CONDITIONS,
  DEDUPLICATIONS,
  END_OF_TEXT,
  LAYOUTS,
  PRECISIONS,
  SEPARATORS,
  SEQUENCE_ORDERS,
  SOLUTION_TOKENS,
  STREAM_CURSORS,
  STREAM_FORMS,
  STREAM_ORDERS,
  SUPERVISED_STARTS,
} from './choices.ts';
import { count } from './numbers.ts';

/* What a model learns from, and how. "By mode" means that `mode` decides what is left out: docs/modes.md. */

export const fineTuningSchema = z.strictObject({
  /** Passes over an iteration's sequences. At least 1, default 3, the paper's. */
  epochs: count(1).default(3),
  /** Sequences per optimizer step. 1 to 4096, by mode 128 or 32. */
  batchSize: count(1, 4096).optional(),
  /** Peak, constant after warm-up. Above 0, default 1e-5, the paper's for 350M. */
  learningRate: z.number().gt(0).max(1).default(1e-5),
  /** Decoupled; not on biases and LayerNorm parameters. Range [0, 1], default 0.01. */
  weightDecay: z.number().min(0).max(1).default(0.01),
  /** Bound on the gradient's global norm; 0 turns clipping off. By mode 0 or 1. */
  gradientClip: z.number().min(0).optional(),
  /** Sequences are cut on the right at this many tokens. At least 2, by mode 2048 or 1024. */
  maxSequenceTokens: count(2).optional(),
  /** Leaves feedback text out: the paper's binary-only ablation. Default false. */
  binaryOnly: z.boolean().default(false),
  /** Optimizer steps over which the learning rate rises from 0. Default 0. */
  warmupSteps: count(0).default(0),
  /** The ids that were `sampled`, or prompt and text `retokenized` as one. By mode. */
  solutionTokens: z.enum(SOLUTION_TOKENS).optional(),
  /** End-of-text where the solution was `sampled` with one, or `never`. Of FCFT sequences. By mode. */
  endOfText: z.enum(END_OF_TEXT).optional(),
  /** Whether the first token is learnt too, from a lone end-of-text, as it was by way of padding. By mode. */
  firstTokenLoss: z.boolean().optional(),
  /** `shuffled` anew in each epoch, `shuffled_once`, or `by_problem`, each one's samples together. By mode. */
  order: z.enum(SEQUENCE_ORDERS).optional(),
  /** What supervised sequences begin with: nothing, or `end_of_text`. By mode. */
  supervisedStart: z.enum(SUPERVISED_STARTS).optional(),
  /** A row for each sequence, or several sequences `packed` into one; the same numbers up to rounding. By mode. */
  layout: z.enum(LAYOUTS).optional(),
  /** What weights are rounded to after each step; `bfloat16` keeps no finer copy. By mode. */
  weightPrecision: z.enum(PRECISIONS).optional(),
  /** What matrix products are computed in. By mode. */
  products: z.enum(PRECISIONS).optional(),
  /** Sequences whose gradients are computed at a time, and added up; 0, the default, is the whole batch. */
  microBatchSize: count(0, 4096).default(0),
  /** Computes activations again in the backward pass, which takes time and saves memory. Default false. */
  recompute: z.boolean().default(false),
});

/** Which of the judged samples are trained on. All off by default, as in the paper. */
export const datasetSchema = z.strictObject({
  /** `tokens` keeps one of each problem's samples whose sequences are equal. Default `none`. */
  deduplicate: z.enum(DEDUPLICATIONS).default('none'),
  /** Gives good and bad samples of a problem the same `weights` in sum, or as many by `subsample`. Default `none`. */
  balance: z.enum(BALANCES).default('none'),
  /** Iterations before this one whose samples are trained on as well. 0 to 1000, default 0. */
  replayWindow: count(0, 1000).default(0),
});

export const pretrainingMixSchema = z
  .strictObject({
    /** Pre-training steps per FCFT step: 1 is the paper's, 0 turns it off. Range [0, 16], default 0. */
    ratio: z.number().min(0).max(16).default(0),
    /** `.jsonl[.gz]` of {"text": …}, `.txt`, `.py`, a folder of them, or `micro-corpus`. Wanted when ratio > 0. */
    corpus: z.string().default(''),
    /** Sequences per step. 1 to 4096, by mode 128 or 32. */
    batchSize: count(1, 4096).optional(),
    /** A sequence for each of the `documents`, or `blocks` of one length cut out of documents joined. By mode. */
    form: z.enum(STREAM_FORMS).optional(),
    /** What stands after each document. By mode. */
    separator: z.enum(SEPARATORS).optional(),
    /** Of the stream: `shuffled` anew in each pass, or as the corpus has it. By mode. */
    order: z.enum(STREAM_ORDERS).optional(),
    /** Whether an epoch goes on where the last one ended, or starts again. By mode. */
    cursor: z.enum(STREAM_CURSORS).optional(),
    /** Documents that are joined and cut together, in `blocks`. At least 1, default 1000, the published. */
    groupDocuments: count(1).default(1000),
    /** Tokens of a block; the model's length if that is less. At least 2, default 2048. */
    blockTokens: count(2).default(2048),
    /** Share of the documents that is never trained on and tells what is forgotten. In [0, 0.5], by mode. */
    heldOutShare: z.number().min(0).max(0.5).optional(),
    /** Most held-out sequences whose loss is taken after an iteration. At least 1, default 256. */
    heldOutSequences: count(1, 65_536).default(256),
    /** Rise of the held-out loss over the base model's, in nats, that raises an alarm; 0, the default, never does. */
    maxHeldOutRise: z.number().min(0).default(0),
  })
  .refine(({ ratio, corpus }) => !(ratio > 0) || corpus !== '', {
    path: ['corpus'],
    message: 'must name a corpus when ratio is above 0',
  });

/** Of the self-distillation objective: the model that has seen its feedback teaches the one that has not. */
export const distillationSchema = z.strictObject({
  /** Of the distillation loss; at least 0, default 1. */
  weight: z.number().min(0).default(1),
  /** The student's most probable so many tokens, and the rest as one, are matched; 0, the default, is all. */
  topK: count(0).default(0),
  /** The reward token in front of the teacher's feedback. Default `bad`. */
  teacherCondition: z.enum(CONDITIONS).default('bad'),
});
