export type { BenchmarkResult, BenchmarkSettings, PassAtKEstimate } from './benchmark-run.ts';
export type { CheckpointReference } from './checkpoint-reference.ts';
export { FEEDBACK_STYLES, OUTCOMES } from './evaluation.ts';
export type {
  Evaluation,
  FeedbackOptions,
  FeedbackStyle,
  JudgeRule,
  Limits,
  Outcome,
  Program,
  Tolerance,
} from './evaluation.ts';
export { fcftSequence, InconsistentSampleError } from './fcft-sequence.ts';
export type { FcftExample, FcftSequenceOptions, FcftTokenizer } from './fcft-sequence.ts';
export { selectSequences } from './dataset/select-sequences.ts';
export type { DatasetSettings, SelectableSequence, SelectedSequence } from './dataset/select-sequences.ts';
export { sampleFigures, summarizeGroup } from './group.ts';
export type { GroupSummary, JudgedGroup, SampleFigures } from './group.ts';
export { judgeByVerifier, judgeReturnedValue, judgeStdio, judgeTextMatch } from './judge-rules.ts';
export { runLoop } from './loop.ts';
export type { Judge, Learner, Ledger, LoopObserver, LoopParts, LoopPlan, Sampler, SampleRequest } from './loop.ts';
export { CorpusTooSmallError, pretrainingStream } from './pretraining/pretraining-stream.ts';
export type { PretrainingForm, PretrainingStream, PretrainingStreamOptions } from './pretraining/pretraining-stream.ts';
export type { TokenizedCorpus } from './pretraining/tokenized-corpus.ts';
export type { Problem } from './problem.ts';
export { PhaseClock } from './phase-clock.ts';
export { PHASES } from './run-figures.ts';
export type { OutcomeCounts, Phase, PhaseSeconds } from './run-figures.ts';
export { IllegalTransitionError, isFinalState, requireTransition, RUN_STATES, TRANSITIONS } from './run-state.ts';
export type { RunState } from './run-state.ts';
export { IncompleteSamplingError, sampleAndJudge } from './sample-and-judge.ts';
export type { SampleAndJudgeOptions, SampledGroups } from './sample-and-judge.ts';
export { deriveSeed, iterationSeed, permutation, sampleSeed } from './seeds.ts';
export type { Condition, EngineKind, FinishReason, SamplingParameters, Solution } from './solution.ts';
export type { TaskSelection } from './task-selection.ts';
export type {
  IterationMetrics,
  PinnedCheckpoint,
  RecordedTrainingRunEvent,
  TrainingLosses,
  TrainingRunEvent,
} from './training-run.ts';
export { InvalidSettingsError, parseTrainingSettings, trainingSettingsSchema } from './training-settings.ts';
export type {
  FineTuningSettings,
  PretrainingMix,
  ProblemSource,
  SettingsProblem,
  TrainingSettings,
  TrainingSettingsInput,
} from './training-settings.ts';
export { cursorAfterEqualIterations, FIRST_CURSOR, stepCounts, trainingSteps } from './training-steps.ts';
export type {
  CountedPlan,
  ExampleOrder,
  StepCounts,
  TrainingCursor,
  TrainingPlan,
  TrainingStep,
} from './training-steps.ts';
