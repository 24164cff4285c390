export { OUTCOMES } from './evaluation.ts';
export type { Evaluation, Limits, Outcome, Program } from './evaluation.ts';
export { fcftSequence, InconsistentSampleError } from './fcft-sequence.ts';
export type { FcftExample, FcftSequenceOptions, FcftTokenizer } from './fcft-sequence.ts';
export type { Problem } from './problem.ts';
export { deriveSeed, iterationSeed, permutation, randomWord, sampleSeed } from './seeds.ts';
export type { Condition, FinishReason, SamplingParameters, Solution } from './solution.ts';
export { InvalidSettingsError, parseTrainingSettings, trainingSettingsSchema } from './training-settings.ts';
export type {
  FineTuningSettings,
  PretrainingMix,
  ProblemSource,
  SettingsProblem,
  TaskSelection,
  TrainingSettings,
  TrainingSettingsInput,
} from './training-settings.ts';
