import { IllegalTransitionError, InconsistentSampleError } from '@leti/leti';
import { DeviceMemoryError, NonFiniteLossError } from '@leti/nn/model';
import { checkpointStatuses, RUN_STATUSES } from '@leti/requests';
import { statusRow, type StatusTable } from '@leti/rpc';
import { WorkerCrashedError } from '@leti/worker';
import { CheckpointUnavailableError, IterationNotFoundError } from './forked-run.ts';
import { CorpusChangedError, CorpusNotFoundError, InvalidCorpusError } from './corpus/corpus-errors.ts';

/** How the trainer's errors look on the wire and in a failed run. */
export const TRAINER_STATUSES: StatusTable = [
  ...RUN_STATUSES,
  ...checkpointStatuses('settings.base_checkpoint.path'),
  statusRow(CorpusNotFoundError, { code: 'NOT_FOUND', reason: 'CORPUS_NOT_FOUND' }),
  statusRow(CorpusChangedError, { code: 'FAILED_PRECONDITION', reason: 'CORPUS_CHANGED' }),
  statusRow(InvalidCorpusError, {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_CORPUS',
    violations: ({ message }) => [{ field: 'settings.pretraining_mix.corpus', description: message }],
  }),
  statusRow(IterationNotFoundError, { code: 'NOT_FOUND', reason: 'ITERATION_NOT_FOUND' }),
  statusRow(CheckpointUnavailableError, { code: 'FAILED_PRECONDITION', reason: 'CHECKPOINT_UNAVAILABLE' }),
  statusRow(IllegalTransitionError, {
    code: 'FAILED_PRECONDITION',
    reason: 'ILLEGAL_TRANSITION',
    metadata: ({ from, to }) => ({ from, to }),
  }),
  statusRow(DeviceMemoryError, { code: 'FAILED_PRECONDITION', reason: 'NOT_ENOUGH_MEMORY' }),
  statusRow(NonFiniteLossError, { code: 'ABORTED', reason: 'NON_FINITE_LOSS' }),
  statusRow(InconsistentSampleError, { code: 'INTERNAL', reason: 'INCONSISTENT_SAMPLE' }),
  statusRow(WorkerCrashedError, { code: 'INTERNAL', reason: 'TRAINING_WORKER_CRASHED' }),
];
