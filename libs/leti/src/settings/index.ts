export {
  BALANCES,
  CONDITIONS,
  DEDUPLICATIONS,
  END_OF_TEXT,
  LAYOUTS,
  MODES,
  OBJECTIVES,
  PRECISIONS,
  SEED_SCHEDULES,
  SELECTIONS,
  SEPARATORS,
  SEQUENCE_ORDERS,
  SOLUTION_TOKENS,
  STREAM_CURSORS,
  STREAM_FORMS,
  STREAM_ORDERS,
  SUPERVISED_STARTS,
} from './choices.ts';
export type {
  Balance,
  Deduplication,
  EndOfText,
  Layout,
  Mode,
  Objective,
  Precision,
  SeedSchedule,
  Selection,
  Separator,
  SequenceOrder,
  SolutionTokens,
  StreamCursor,
  StreamForm,
  StreamOrder,
  SupervisedStart,
} from './choices.ts';
export { forkSettings } from './fork-settings.ts';
export { MODE_SWITCHES } from './mode-switches.ts';
export { modesTables } from './modes-table.ts';
export { QUIRKS } from './quirks.ts';
export type { Quirk, QuirkKind } from './quirks.ts';
export type { ModeSwitch } from './mode-switches.ts';
export { InvalidSettingsError, parseTrainingSettings } from './parse-training-settings.ts';
export type { SettingsProblem } from './parse-training-settings.ts';
export type { ProblemSource } from './problem-source.ts';
export type { FeedbackSettings } from './sampling-settings.ts';
export { settingsFromBeforeModes } from './settings-from-before-modes.ts';
export { learnsFromSamples } from './settings-rules.ts';
export { trainingSettingsSchema } from './training-settings.ts';
export type {
  DatasetSettings,
  DistillationSettings,
  FineTuningSettings,
  PretrainingMix,
  ReplaySettings,
  RetentionSettings,
  TrainingSettings,
  TrainingSettingsInput,
  ValidationSettings,
} from './training-settings.ts';
