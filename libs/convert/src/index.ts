export {
  benchmarkResultFromProto,
  benchmarkResultToProto,
  benchmarkSettingsFromProto,
  benchmarkSettingsToProto,
} from './benchmark-run.ts';
export { checkpointFromProto, checkpointToProto, digestFromProto } from './checkpoint.ts';
export { conditionFromProto, conditionToProto } from './condition.ts';
export { durationMsFromProto, durationMsToProto } from './duration.ts';
export type { ProtoDuration } from './duration.ts';
export { enumTable } from './enum-table.ts';
export type { EnumTable } from './enum-table.ts';
export { evaluationFromProto, evaluationToProto } from './evaluation.ts';
export { FieldPath } from './field-path.ts';
export { finishReasonFromProto, finishReasonToProto } from './finish-reason.ts';
export { bytesFromProto, limitsFromProto, limitsToProto } from './limits.ts';
export { outcomeFromProto, outcomeToProto } from './outcome.ts';
export { problemFromProto, problemsFromProto, problemToProto } from './problem.ts';
export { programFromProto, programToProto } from './program.ts';
export {
  outcomeCountsFromProto,
  outcomeCountsToProto,
  phaseSecondsFromProto,
  phaseSecondsToProto,
} from './run-figures.ts';
export { runStateFromProto, runStateToProto } from './run-state.ts';
export {
  samplesPerProblemFromProto,
  samplingParametersFromProto,
  samplingParametersToProto,
} from './sampling-parameters.ts';
export { solutionFromProto, solutionToProto } from './solution.ts';
export { taskSelectionFromProto, taskSelectionToProto } from './task-selection.ts';
export {
  iterationMetricsFromProto,
  iterationMetricsToProto,
  trainingRunEventFromProto,
  trainingRunEventToProto,
} from './training-run-event.ts';
export { trainingSettingsFromProto, trainingSettingsToProto } from './training-settings.ts';
