import {
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  DigestMismatchError,
  InvalidCheckpointError,
} from '@leti/checkpoint';
import { ProgramNotJudgedError } from '@leti/clients';
import { IncompleteSamplingError, InconsistentSampleError } from '@leti/leti';
import { InvalidWeightsError, NonFiniteLossError, UnsupportedModelError } from '@leti/nn/model';
import { statusRow, type ErrorClass, type StatusTable } from '@leti/rpc';
import { MalformedTaskDataError, TaskDataNotFoundError } from '@leti/tasks';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { WorkerCrashedError } from '@leti/worker';
import { RunNotResumableError } from './training-run-record.ts';
import {
  CorruptStoreError,
  InvalidPageTokenError,
  InvalidRequestIdError,
  RunNotFoundError,
  StoreFullError,
} from '@leti/runs';
import { CorpusChangedError } from './corpus-digest.ts';
import { CorpusNotFoundError, InvalidCorpusError } from './read-corpus.ts';

/** A checkpoint that is there but cannot be trained on is a bad field of the request. */
const badCheckpoint = (errorClass: ErrorClass, reason: string): StatusTable[number] =>
  statusRow(errorClass, {
    code: 'INVALID_ARGUMENT',
    reason,
    violations: ({ message }) => [{ field: 'settings.base_checkpoint.path', description: message }],
  });

const badCorpus = (errorClass: ErrorClass, reason: string): StatusTable[number] =>
  statusRow(errorClass, {
    code: 'INVALID_ARGUMENT',
    reason,
    violations: ({ message }) => [{ field: 'settings.pretraining_mix.corpus', description: message }],
  });

/** How the trainer's errors look on the wire and in a failed run. */
export const TRAINER_STATUSES: StatusTable = [
  statusRow(CheckpointNotFoundError, { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' }),
  statusRow(DigestMismatchError, { code: 'FAILED_PRECONDITION', reason: 'DIGEST_MISMATCH' }),
  badCheckpoint(InvalidCheckpointError, 'INVALID_CHECKPOINT'),
  badCheckpoint(UnsupportedModelError, 'UNSUPPORTED_MODEL'),
  badCheckpoint(InvalidWeightsError, 'INVALID_CHECKPOINT'),
  badCheckpoint(TokenizerNotFoundError, 'TOKENIZER_NOT_FOUND'),
  badCheckpoint(InvalidTokenizerError, 'INVALID_TOKENIZER'),
  badCheckpoint(MissingSpecialTokenError, 'MISSING_SPECIAL_TOKEN'),
  statusRow(CorpusNotFoundError, { code: 'NOT_FOUND', reason: 'CORPUS_NOT_FOUND' }),
  statusRow(CorpusChangedError, { code: 'FAILED_PRECONDITION', reason: 'CORPUS_CHANGED' }),
  badCorpus(InvalidCorpusError, 'INVALID_CORPUS'),
  statusRow(TaskDataNotFoundError, { code: 'NOT_FOUND', reason: 'TASK_DATA_NOT_FOUND' }),
  statusRow(MalformedTaskDataError, { code: 'FAILED_PRECONDITION', reason: 'MALFORMED_TASK_DATA' }),
  statusRow(CheckpointStoreFullError, { code: 'RESOURCE_EXHAUSTED', reason: 'STORE_FULL' }),
  statusRow(StoreFullError, { code: 'RESOURCE_EXHAUSTED', reason: 'STORE_FULL' }),
  statusRow(CorruptStoreError, { code: 'DATA_LOSS', reason: 'CORRUPT_STORE' }),
  statusRow(RunNotFoundError, { code: 'NOT_FOUND', reason: 'RUN_NOT_FOUND' }),
  statusRow(RunNotResumableError, { code: 'FAILED_PRECONDITION', reason: 'RUN_NOT_RESUMABLE' }),
  statusRow(InvalidRequestIdError, {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_ARGUMENT',
    violations: ({ message }) => [{ field: 'request_id', description: message.replace(/^request_id /, '') }],
  }),
  statusRow(InvalidPageTokenError, {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_ARGUMENT',
    violations: ({ message }) => [{ field: 'page_token', description: message.replace(/^page_token /, '') }],
  }),
  statusRow(NonFiniteLossError, { code: 'ABORTED', reason: 'NON_FINITE_LOSS' }),
  statusRow(ProgramNotJudgedError, { code: 'UNAVAILABLE', reason: 'PROGRAM_NOT_JUDGED' }),
  statusRow(IncompleteSamplingError, { code: 'INTERNAL', reason: 'INCOMPLETE_SAMPLING' }),
  statusRow(InconsistentSampleError, { code: 'INTERNAL', reason: 'INCONSISTENT_SAMPLE' }),
  statusRow(WorkerCrashedError, { code: 'INTERNAL', reason: 'TRAINING_WORKER_CRASHED' }),
];
