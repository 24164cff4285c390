import { z } from 'zod';
import type { CheckpointReference } from './checkpoint-reference.ts';
import { FEEDBACK_STYLES, type FeedbackOptions, type Limits } from './evaluation.ts';
import type { Problem } from './problem.ts';
import type { SamplingParameters } from './solution.ts';
import type { TaskSelection } from './task-selection.ts';

/*
 * Every setting that decides a run's result. Keys are those of `TrainingSettings` in training_run.proto in camelCase;
 * a whole section left out takes its defaults. Unknown keys fail, and every problem is reported at once.
 */

const MAX_UINT64 = (1n << 64n) - 1n;
const count = (least: number, most: number = Number.MAX_SAFE_INTEGER) => z.int().min(least).max(most);

const SEED_RANGE = 'must be an integer in [0, 2^64 - 1]';

/** A 64-bit number; YAML and JSON hold those above 2^53 − 1 as a string of digits. */
const seedSchema = z
  .union([z.bigint(), z.int(), z.string().regex(/^\d+$/, SEED_RANGE)], SEED_RANGE)
  .transform(BigInt)
  .refine((seed) => seed >= 0n && seed <= MAX_UINT64, SEED_RANGE);

/** The same rules as `Problem` in problem.proto. */
const problemSchema: z.ZodType<Problem> = z.strictObject({
  problemId: z.string().regex(/^[A-Za-z0-9._/-]{1,256}$/, 'must be 1 to 256 of [A-Za-z0-9._/-]'),
  prompt: z.string().max(65_536),
  testSetupCode: z.string().default(''),
  tests: z.array(z.string()).min(1),
});

/** Where the problems come from: a task, or the settings themselves. */
export type ProblemSource = TaskSelection | { readonly inline: readonly Problem[] };

const problemSourceSchema = z
  .strictObject({
    /** A task that the trainer knows: `micro` or `mbpp`. No default. */
    task: z.string().min(1).optional(),
    /** `train`, `validation`, `test` or, for mbpp, `prompt`. Default `train`. */
    split: z.string().min(1).optional(),
    /** Folder with the task's official files. Default: the service's own. */
    dataFolder: z.string().min(1).optional(),
    /** Takes the first so many problems, at least 1. Default: all. */
    limit: count(1).optional(),
    /** Instead of a task: the problems themselves, at least one, with distinct ids. */
    inline: z.array(problemSchema).min(1).optional(),
  })
  .transform(({ inline, ...selection }, context): ProblemSource => {
    if (inline === undefined) {
      const { task = '', split = 'train', dataFolder, limit } = selection;
      if (task === '')
        context.addIssue({ code: 'custom', path: ['task'], message: 'must name a task, or inline must hold problems' });
      return { task, split, dataFolder, limit };
    }
    for (const [key, value] of Object.entries(selection))
      if (value !== undefined)
        context.addIssue({ code: 'custom', path: [key], message: 'must not stand beside inline problems' });
    const seen = new Set<string>();
    for (const [index, { problemId }] of inline.entries()) {
      if (seen.has(problemId))
        context.addIssue({ code: 'custom', path: ['inline', index, 'problemId'], message: 'must be unique' });
      seen.add(problemId);
    }
    return { inline };
  });

const checkpointReferenceSchema = z
  .strictObject({
    /** A Hugging Face folder, or `micro-base` for the model that ships with LETI. Default `micro-base`. */
    path: z.string().min(1).default('micro-base'),
    /** Checked when given. Default: the folder's content is taken as it is. */
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "must be 'sha256:' and 64 hex digits")
      .optional(),
  })
  .transform(({ path, digest }): CheckpointReference => ({ path, digest }));

const samplingSchema = z
  .strictObject({
    /** 0 is greedy; otherwise logits are divided by it. Range [0, 10], default 1. */
    temperature: z.number().min(0).max(10).default(1),
    /** Nucleus mass. Range (0, 1], default 1, which keeps every token. */
    topP: z.number().gt(0).max(1).default(1),
    /** Most probable tokens to draw from. 0, the default, is all. */
    topK: count(0).default(0),
    /** New tokens per solution. At least 1, default 384, the paper's. */
    maxNewTokens: count(1).default(384),
    /** A solution ends before the first of these. At most 16, default none. */
    stop: z.array(z.string().min(1)).max(16).default([]),
    /** Takes spaces before punctuation out of every solution, as the published system does. Default false. */
    cleanUpSpaces: z.boolean().default(false),
  })
  .transform((sampling): SamplingParameters => sampling);

const fineTuningSchema = z.strictObject({
  /** Passes over an iteration's sequences. At least 1, default 3, the paper's. */
  epochs: count(1).default(3),
  /** Sequences per optimizer step. 1 to 4096, default 32. */
  batchSize: count(1, 4096).default(32),
  /** Peak, constant after warm-up. Above 0, default 1e-5, the paper's for 350M. */
  learningRate: z.number().gt(0).max(1).default(1e-5),
  /** Decoupled; not on biases and LayerNorm parameters. Range [0, 1], default 0.01. */
  weightDecay: z.number().min(0).max(1).default(0.01),
  /** Bound on the gradient's global norm; 0 turns clipping off. Default 1. */
  gradientClip: z.number().min(0).default(1),
  /** Sequences are cut on the right at this many tokens. At least 2, default 1024. */
  maxSequenceTokens: count(2).default(1024),
  /** Leaves feedback text out: the paper's binary-only ablation. Default false. */
  binaryOnly: z.boolean().default(false),
  /** Optimizer steps over which the learning rate rises from 0. Default 0. */
  warmupSteps: count(0).default(0),
});

const pretrainingMixSchema = z
  .strictObject({
    /** Pre-training steps per FCFT step: 1 is the paper's, 0 turns it off. Range [0, 16], default 0. */
    ratio: z.number().min(0).max(16).default(0),
    /** A `.jsonl` or `.jsonl.gz` of {"text": …}, or `micro-corpus`. Default empty; wanted when ratio > 0. */
    corpus: z.string().default(''),
    /** Sequences per step. 1 to 4096, default 32. */
    batchSize: count(1, 4096).default(32),
  })
  .refine(({ ratio, corpus }) => !(ratio > 0) || corpus !== '', {
    path: ['corpus'],
    message: 'must name a corpus when ratio is above 0',
  });

/** What is left out takes the evaluator's default; what is above its maximum the evaluator refuses. */
const limitsSchema = z
  .strictObject({
    /** Whole milliseconds, 1 or more. */
    cpuTimeMs: count(1).optional(),
    /** Whole milliseconds, 1 or more. */
    wallTimeMs: count(1).optional(),
    memoryBytes: count(1).optional(),
    outputBytes: count(1).optional(),
    processes: count(1).optional(),
  })
  .transform(
    (limits) => Object.fromEntries(Object.entries(limits).filter(([, v]) => v !== undefined)) as Partial<Limits>,
  );

/** What is left out takes the evaluator's default. */
const feedbackSchema = z
  .strictObject({
    /** `leti`, the paper's, or `canonical_v1`. Default `leti`. */
    style: z.enum(FEEDBACK_STYLES).optional(),
    /** Tests from the first that feedback may quote, 0 or more. Default: all. */
    visibleTests: count(0).optional(),
    /** Most tokens of canonical feedback, 1 to 65 536. Default 512. */
    maxTokens: count(1, 65_536).optional(),
    /** Whether canonical feedback tells input, expected and actual value of a failed visible test. Default false. */
    values: z.boolean().optional(),
  })
  .transform(
    (feedback) => Object.fromEntries(Object.entries(feedback).filter(([, v]) => v !== undefined)) as FeedbackOptions,
  );

/** The schema of {@link TrainingSettings}; also what a config file of the trainer is read with. */
export const trainingSettingsSchema = z.strictObject({
  /** What the model learns to solve: a part of a task, or problems given here. */
  problems: problemSourceSchema,
  /** Where the run starts. */
  baseCheckpoint: checkpointReferenceSchema.prefault({}),
  /** Rounds of sample, evaluate, fine-tune. 1 to 10 000, default 6. */
  iterations: count(1, 10_000).default(6),
  /** n. 1 to 1024, default 16; the paper's is 128. */
  samplesPerProblem: count(1, 1024).default(16),
  sampling: samplingSchema.prefault({}),
  fineTuning: fineTuningSchema.prefault({}),
  pretrainingMix: pretrainingMixSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  /** What the model is told of a failed program. */
  feedback: feedbackSchema.prefault({}),
  /** Every random choice derives from it. 0 to 2^64 − 1, default 0. */
  seed: seedSchema.prefault(0),
});

/** Settings with every default filled in. */
export type TrainingSettings = z.output<typeof trainingSettingsSchema>;
/** Settings as written by hand: what has a default may be left out. */
export type TrainingSettingsInput = z.input<typeof trainingSettingsSchema>;
export type FineTuningSettings = TrainingSettings['fineTuning'];
export type PretrainingMix = TrainingSettings['pretrainingMix'];

/** One thing that is wrong with settings: place, expectation, value. */
export interface SettingsProblem {
  /** Keys and indices from the top, e.g. `['fineTuning', 'epochs']`; empty for the whole. */
  readonly path: readonly (string | number)[];
  readonly expectation: string;
  /** What stands there; undefined when nothing does. */
  readonly value: unknown;
}

/** Settings that break their rules, with every problem found. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
  readonly problems: readonly SettingsProblem[];
  constructor(problems: readonly SettingsProblem[]) {
    super(problems.map(({ path, expectation }) => `${path.join('.') || 'settings'}: ${expectation}`).join('; '));
    this.problems = problems;
  }
}

/**
 * Checks settings and fills in the defaults.
 *
 * @throws {InvalidSettingsError} with every problem at once
 */
export function parseTrainingSettings(input: unknown): TrainingSettings {
  const result = trainingSettingsSchema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidSettingsError(result.error.issues.flatMap((issue) => settingsProblems(issue, input)));
}

function settingsProblems(issue: z.core.$ZodIssue, input: unknown): SettingsProblem[] {
  const at = issue.path.filter((key) => typeof key !== 'symbol');
  const problem = (path: readonly (string | number)[], expectation: string): SettingsProblem => ({
    path,
    expectation,
    value: path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], input),
  });
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => problem([...at, key], 'is not a setting'));
  return [problem(at, expectationOf(issue))];
}

/** In the words of our other errors; the schema's own messages stay as they are. */
function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'too_small':
    case 'too_big': {
      const small = issue.code === 'too_small';
      const bound = small ? issue.minimum : issue.maximum;
      if (issue.origin === 'string') return `must have ${small ? 'at least' : 'at most'} ${bound} characters`;
      if (issue.origin === 'array') return `must hold ${small ? 'at least' : 'at most'} ${bound}`;
      return `must be ${small ? '>' : '<'}${issue.inclusive === false ? '' : '='} ${bound}`;
    }
    default:
      return issue.message;
  }
}
