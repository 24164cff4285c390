import { z } from 'zod';
import {
  FEEDBACK_CHANNELS,
  FEEDBACK_STYLES,
  type FeedbackChannel,
  type FeedbackOptions,
  type Limits,
} from '../evaluation.ts';
import { count } from './numbers.ts';

/** How solutions are drawn. */
export const samplingSchema = z.strictObject({
  /** 0 is greedy; otherwise logits are divided by it. Range [0, 10], default 1. */
  temperature: z.number().min(0).max(10).default(1),
  /** Nucleus mass. Range (0, 1], default 1, which keeps every token. */
  topP: z.number().gt(0).max(1).default(1),
  /** Most probable tokens to draw from. 0, the default, is all. */
  topK: count(0).default(0),
  /** New tokens per solution at most. At least 1, default 384, what the paper's total of 512 leaves. */
  maxNewTokens: count(1).default(384),
  /** A solution ends before the first of these. At most 16, default none. */
  stop: z.array(z.string().min(1)).max(16).default([]),
  /** Takes spaces before punctuation out of every solution, as the published system does. Default by mode. */
  cleanUpSpaces: z.boolean().optional(),
});

/** On each program; what is left out takes the evaluator's default, what is above its maximum the evaluator refuses. */
export const limitsSchema = z
  .strictObject({
    /** Whole milliseconds, 1 or more. */
    cpuTimeMs: count(1).optional(),
    /** Whole milliseconds, 1 or more. */
    wallTimeMs: count(1).optional(),
    memoryBytes: count(1).optional(),
    outputBytes: count(1).optional(),
    processes: count(1).optional(),
  })
  .transform((limits) => definedOf(limits) as Partial<Limits>);

/** What a program's feedback may tell, and which parts of it the model is trained on. */
export interface FeedbackSettings extends FeedbackOptions {
  /** Parts of canonical feedback that stay in the training sequence, in the order of the text. @default all */
  readonly channels?: readonly FeedbackChannel[];
}

/** What is left out takes the evaluator's default. */
export const feedbackSchema = z
  .strictObject({
    /** `leti`, the paper's, or `canonical_v1`. Default `leti`. */
    style: z.enum(FEEDBACK_STYLES).optional(),
    /** Tests from the first that feedback may quote, 0 or more. Default: all. */
    visibleTests: count(0).optional(),
    /** Most tokens of canonical feedback, 1 to 65 536. Default 512. */
    maxTokens: count(1, 65_536).optional(),
    /** Whether canonical feedback tells input, expected and actual value of a failed visible test. Default false. */
    values: z.boolean().optional(),
    /** Parts of canonical feedback that the model is trained on, at least one. Default: all there are. */
    channels: z.array(z.enum(FEEDBACK_CHANNELS)).min(1).optional(),
  })
  .refine(({ style, channels }) => channels === undefined || style === 'canonical_v1', {
    path: ['channels'],
    message: 'must be left out unless style is canonical_v1, the only one whose parts are told apart',
  })
  .transform((feedback) => definedOf(feedback) as FeedbackSettings);

function definedOf(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
