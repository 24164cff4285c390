import { z } from 'zod';
import { CONDITIONS, MODES, OBJECTIVES, SEED_SCHEDULES } from './choices.ts';
import { replaySchema, retentionSchema, validationSchema } from './course-settings.ts';
import { datasetSchema, distillationSchema, fineTuningSchema, pretrainingMixSchema } from './learning-settings.ts';
import { modeDefaults } from './mode-defaults.ts';
import { count, seedSchema } from './numbers.ts';
import { checkpointReferenceSchema, type ProblemSource, problemSourceSchema } from './problem-source.ts';
import { feedbackSchema, limitsSchema, samplingSchema } from './sampling-settings.ts';
import { brokenRules } from './settings-rules.ts';
import { withDefaults } from './with-defaults.ts';

/*
 * Every setting that decides a run's result. Keys are those of `TrainingSettings` in training_run.proto in camelCase;
 * a whole section left out takes its defaults. Unknown keys fail, and every problem is reported at once.
 */

const writtenSettingsSchema = z.strictObject({
  /** Decides what is left out below wherever it says "by mode": `fixed`, the default, or `faithful`. */
  mode: z.enum(MODES).default('fixed'),
  /**
   * `fcft`, the default; `pretraining` alone, without samples; `supervised` on reference solutions, without samples; or
   * `self_distillation`, in which the model that has read its feedback teaches the one that has not.
   */
  objective: z.enum(OBJECTIVES).default('fcft'),
  /** What the model learns to solve: a part of a task, or problems given here. */
  problems: problemSourceSchema,
  /** Where the run starts. */
  baseCheckpoint: checkpointReferenceSchema.prefault({}),
  /** Rounds of sample, evaluate, fine-tune. 1 to 10 000, default 6. */
  iterations: count(1, 10_000).default(6),
  /** n. 1 to 1024, default 16; the paper's is 128. */
  samplesPerProblem: count(1, 1024).default(16),
  sampling: samplingSchema.prefault({}),
  /**
   * Tokens of prompt, rounded up to a multiple of 128, and solution together, beside the bound of
   * `sampling.maxNewTokens`; 0 sets none. By mode 512 or 0.
   */
  totalTokens: count(0, 1_048_576).optional(),
  /** Whether all iterations draw from one noise, `constant`, or each from its own, `per_iteration`. By mode. */
  seedSchedule: z.enum(SEED_SCHEDULES).optional(),
  /** What the first iteration's prompts start with. Default `none`: the base model has seen no reward token. */
  firstCondition: z.enum(CONDITIONS).default('none'),
  /** What later iterations' prompts start with. Default `good`. */
  condition: z.enum(CONDITIONS).default('good'),
  limits: limitsSchema.prefault({}),
  /** What the model is told of a failed program. */
  feedback: feedbackSchema.prefault({}),
  dataset: datasetSchema.prefault({}),
  fineTuning: fineTuningSchema.prefault({}),
  pretrainingMix: pretrainingMixSchema.prefault({}),
  distillation: distillationSchema.prefault({}),
  validation: validationSchema.prefault({}),
  checkpoints: retentionSchema.prefault({}),
  replay: replaySchema.prefault({}),
  /** Every random choice derives from it. 0 to 2^64 − 1, default 0. */
  seed: seedSchema.prefault(0),
});

type WrittenSettings = z.output<typeof writtenSettingsSchema>;

/** The settings with what the mode says of everything left out. */
function resolved(written: WrittenSettings) {
  const { mode, objective, problems } = written;
  const defaults = modeDefaults(mode, { objective, inline: 'inline' in problems });
  const source: ProblemSource = 'inline' in problems ? problems : withDefaults(problems, defaults.problems);
  return {
    ...written,
    problems: source,
    totalTokens: written.totalTokens ?? defaults.totalTokens,
    seedSchedule: written.seedSchedule ?? defaults.seedSchedule,
    sampling: withDefaults(written.sampling, defaults.sampling),
    fineTuning: withDefaults(written.fineTuning, defaults.fineTuning),
    pretrainingMix: withDefaults(written.pretrainingMix, defaults.pretrainingMix),
    validation: withDefaults(written.validation, defaults.validation),
  };
}

/** Settings with every default filled in. */
export type TrainingSettings = ReturnType<typeof resolved>;

// What stands in for sections with problems of their own, so that the others can still be held against each other.
const STAND_IN = writtenSettingsSchema.parse({ problems: { task: '-' } });

/** The schema of {@link TrainingSettings}; also what a config file of the trainer is read with. */
export const trainingSettingsSchema = writtenSettingsSchema
  .superRefine(
    (written, context) => {
      const unsound = new Set(context.issues.map(({ path }) => path?.[0]));
      const standIns = Object.entries(STAND_IN).filter(([key]) => unsound.has(key));
      const sound: WrittenSettings = { ...written, ...Object.fromEntries(standIns) };
      for (const { path, expectation } of brokenRules(resolved(sound), (section) => unsound.has(section)))
        context.addIssue({ code: 'custom', path: [...path], message: expectation });
    },
    // Also when something is wrong, so that everything is reported at once.
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
  .transform(resolved);

/** Settings as written by hand: what has a default may be left out. */
export type TrainingSettingsInput = z.input<typeof trainingSettingsSchema>;
export type FineTuningSettings = TrainingSettings['fineTuning'];
export type DatasetSettings = TrainingSettings['dataset'];
export type PretrainingMix = TrainingSettings['pretrainingMix'];
export type DistillationSettings = TrainingSettings['distillation'];
export type ValidationSettings = TrainingSettings['validation'];
export type RetentionSettings = TrainingSettings['checkpoints'];
export type ReplaySettings = TrainingSettings['replay'];
