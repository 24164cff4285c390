export type { BenchmarkResult, BenchmarkSettings, PassAtKEstimate } from './benchmark-run.ts';
export type { CheckpointReference } from './checkpoint-reference.ts';
export { FEEDBACK_CHANNELS, FEEDBACK_STYLES, OUTCOMES } from './evaluation.ts';
export type {
  Evaluation,
  FeedbackChannel,
  FeedbackOptions,
  FeedbackPart,
  FeedbackStyle,
  JudgeRule,
  Limits,
  Outcome,
  Program,
  Tolerance,
} from './evaluation.ts';
export { sampleFigures, summarizeGroup } from './group.ts';
export type { ExceptionCounts, GroupSummary, JudgedGroup, SampleFigures } from './group.ts';
export { judgeByVerifier, judgeReturnedValue, judgeStdio, judgeTextMatch } from './judge-rules.ts';
export { runLoop } from './loop.ts';
export { STOP_REASONS } from './loop-parts.ts';
export type {
  BestIteration,
  FinishedIteration,
  IterationResult,
  Judge,
  Learner,
  Ledger,
  Lesson,
  LoopObserver,
  LoopParts,
  LoopPlan,
  LoopResult,
  Sampler,
  SampleRequest,
  StopReason,
  Validator,
} from './loop-parts.ts';
export { CorpusTooSmallError, pretrainingStream } from './pretraining/pretraining-stream.ts';
export type { PretrainingForm, PretrainingStream, PretrainingStreamOptions } from './pretraining/pretraining-stream.ts';
export type { TokenizedCorpus } from './pretraining/tokenized-corpus.ts';
export { withoutReference } from './problem.ts';
export type { Problem } from './problem.ts';
export { PhaseClock } from './phase-clock.ts';
export { PHASES } from './run-figures.ts';
export type { OutcomeCounts, Phase, PhaseSeconds } from './run-figures.ts';
export { IllegalTransitionError, isFinalState, requireTransition, RUN_STATES, TRANSITIONS } from './run-state.ts';
export type { RunState } from './run-state.ts';
export { IncompleteSamplingError, sampleAndJudge } from './sample-and-judge.ts';
export type { SampleAndJudgeOptions, SampledGroups } from './sample-and-judge.ts';
export { deriveSeed, iterationSeed, permutation, sampleSeed, scheduledSeed } from './seeds.ts';
export type { Condition, EngineKind, FinishReason, SamplingParameters, Solution } from './solution.ts';
export type { TaskSelection } from './task-selection.ts';
export type {
  ConditionScore,
  IterationMetrics,
  PinnedCheckpoint,
  RecordedTrainingRunEvent,
  RewardHackFigures,
  TrainingLosses,
  TrainingRunEvent,
} from './training-run.ts';
export { cursorAfterEqualIterations, FIRST_CURSOR, stepCounts, trainingSteps } from './training-steps.ts';
export type { CountedPlan, StepCounts, TrainingCursor, TrainingPlan, TrainingStep } from './training-steps.ts';
export { passAt1 } from './validation.ts';
export type { ValidationPlan } from './validation.ts';
// Each folder's index is its list of names.
export * from './dataset/index.ts';
export * from './metrics/index.ts';
export * from './sequences/index.ts';
export * from './settings/index.ts';
