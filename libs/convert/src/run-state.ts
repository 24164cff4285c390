import type { RunState } from '@leti/leti';
import { BenchmarkRun_State, TrainingRun_State } from '@leti/proto';
import { enumTable, type EnumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

/** States of a benchmark run, which cannot be paused. */
export type BenchmarkRunState = Exclude<RunState, 'paused'>;

const PREFIX = { prefix: 'STATE_' };

const trainingStates: EnumTable<RunState, TrainingRun_State> = enumTable(
  {
    queued: TrainingRun_State.QUEUED,
    running: TrainingRun_State.RUNNING,
    succeeded: TrainingRun_State.SUCCEEDED,
    failed: TrainingRun_State.FAILED,
    cancelled: TrainingRun_State.CANCELLED,
    paused: TrainingRun_State.PAUSED,
  },
  PREFIX,
);

const benchmarkStates: EnumTable<BenchmarkRunState, BenchmarkRun_State> = enumTable(
  {
    queued: BenchmarkRun_State.QUEUED,
    running: BenchmarkRun_State.RUNNING,
    succeeded: BenchmarkRun_State.SUCCEEDED,
    failed: BenchmarkRun_State.FAILED,
    cancelled: BenchmarkRun_State.CANCELLED,
  },
  PREFIX,
);

/** Reads the state of a training run; reports an unspecified or unknown one at `at`. */
export function trainingRunStateFromProto(state: TrainingRun_State, at: FieldPath): RunState {
  return trainingStates.fromProto(state, at);
}

export function trainingRunStateToProto(state: RunState): TrainingRun_State {
  return trainingStates.toProto(state);
}

/** Reads the state of a benchmark run; reports an unspecified or unknown one at `at`. */
export function benchmarkRunStateFromProto(state: BenchmarkRun_State, at: FieldPath): BenchmarkRunState {
  return benchmarkStates.fromProto(state, at);
}

export function benchmarkRunStateToProto(state: BenchmarkRunState): BenchmarkRun_State {
  return benchmarkStates.toProto(state);
}
