export {
  benchmarkResultFromProto,
  benchmarkResultToProto,
  benchmarkSettingsFromProto,
  benchmarkSettingsToProto,
} from './benchmark-run.ts';
export { checkpointFromProto, checkpointToProto, digestFromProto } from './checkpoint.ts';
export { conditionFromProto, conditionToProto } from './condition.ts';
export { engineFromProto, engineToProto } from './engine.ts';
export { evaluationFromProto, evaluationToProto } from './evaluation.ts';
export { FieldPath } from './field-path.ts';
export { limitsFromProto, limitsToProto } from './limits.ts';
export { problemFromProto, problemsFromProto, problemToProto } from './problem.ts';
export { programFromProto, programToProto } from './program.ts';
export {
  benchmarkRunStateFromProto,
  benchmarkRunStateToProto,
  trainingRunStateFromProto,
  trainingRunStateToProto,
} from './run-state.ts';
export type { BenchmarkRunState } from './run-state.ts';
export {
  samplesPerProblemFromProto,
  samplingParametersFromProto,
  samplingParametersToProto,
} from './sampling-parameters.ts';
export { solutionFromProto, solutionToProto } from './solution.ts';
export { trainingRunEventFromProto, trainingRunEventToProto } from './training-run-event.ts';
export { trainingSettingsFromProto, trainingSettingsToProto } from './training-settings.ts';
