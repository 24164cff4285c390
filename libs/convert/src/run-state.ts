import type { RunState } from '@leti/leti';
import { BenchmarkRun_State, TrainingRun_State } from '@leti/proto';
import { enumTable, type EnumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

// The two run kinds have states of the same meaning and number, but each its own generated type.
const table: EnumTable<RunState, BenchmarkRun_State & TrainingRun_State> = enumTable(
  {
    queued: sameState(BenchmarkRun_State.QUEUED, TrainingRun_State.QUEUED),
    running: sameState(BenchmarkRun_State.RUNNING, TrainingRun_State.RUNNING),
    succeeded: sameState(BenchmarkRun_State.SUCCEEDED, TrainingRun_State.SUCCEEDED),
    failed: sameState(BenchmarkRun_State.FAILED, TrainingRun_State.FAILED),
    cancelled: sameState(BenchmarkRun_State.CANCELLED, TrainingRun_State.CANCELLED),
  },
  { prefix: 'STATE_' },
);

function sameState<B extends BenchmarkRun_State & TrainingRun_State>(benchmarkState: B, _trainingState: B): B {
  return benchmarkState;
}

/** Reads the state of a training or benchmark run; reports an unspecified or unknown one at `at`. */
export function runStateFromProto(state: number, at: FieldPath): RunState {
  return table.fromProto(state, at);
}

/** The state's number, the same for training and benchmark runs. */
export function runStateToProto(state: RunState): BenchmarkRun_State & TrainingRun_State {
  return table.toProto(state);
}
