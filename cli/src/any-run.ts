import { benchmarkRunStateFromProto, FieldPath, trainingRunStateFromProto } from '@leti/convert';
import type { RunState } from '@leti/leti';
import type { BenchmarkRun, TrainingRun } from '@leti/proto';

/** A run of either kind. */
export type AnyRun = TrainingRun | BenchmarkRun;

export const isTrainingRun = (run: AnyRun): run is TrainingRun => run.name.startsWith('trainingRuns/');

/** The state of a run of either kind. @throws {InvalidArgumentError} for a number that stands for none */
export const stateOf = (run: AnyRun): RunState =>
  FieldPath.validated((at) => {
    const place = at.field('state');
    return isTrainingRun(run)
      ? trainingRunStateFromProto(run.state, place)
      : benchmarkRunStateFromProto(run.state, place);
  });
