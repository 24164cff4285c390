import { CheckpointNotFoundError, DigestMismatchError, InvalidCheckpointError } from '@leti/checkpoint';
import { ProgramNotJudgedError } from '@leti/clients';
import { IncompleteSamplingError } from '@leti/leti';
import { UnsupportedModelError } from '@leti/nn/model';
import { statusRow, type ErrorClass, type StatusTable } from '@leti/rpc';
import {
  CorruptStoreError,
  InvalidPageTokenError,
  InvalidRequestIdError,
  RunNotFoundError,
  StoreFullError,
} from '@leti/runs';
import { MalformedTaskDataError, TaskDataNotFoundError } from '@leti/tasks';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { NotComparableError } from './compare-runs.ts';

/** A checkpoint that is there but cannot be sampled from is a bad field of the request. */
const badCheckpoint = (errorClass: ErrorClass): StatusTable[number] =>
  statusRow(errorClass, {
    code: 'INVALID_ARGUMENT',
    reason: 'CHECKPOINT_INVALID',
    violations: ({ message }) => [{ field: 'settings.checkpoint.path', description: message }],
  });

/** Which error ends a call, or a run, with which status. */
export const STATUSES: StatusTable = [
  statusRow(RunNotFoundError, { code: 'NOT_FOUND', reason: 'BENCHMARK_RUN_NOT_FOUND' }),
  statusRow(CheckpointNotFoundError, { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' }),
  statusRow(DigestMismatchError, { code: 'FAILED_PRECONDITION', reason: 'CHECKPOINT_DIGEST_MISMATCH' }),
  ...[
    InvalidCheckpointError,
    UnsupportedModelError,
    TokenizerNotFoundError,
    InvalidTokenizerError,
    MissingSpecialTokenError,
  ].map(badCheckpoint),
  statusRow(TaskDataNotFoundError, { code: 'NOT_FOUND', reason: 'TASK_DATA_NOT_FOUND' }),
  statusRow(MalformedTaskDataError, { code: 'FAILED_PRECONDITION', reason: 'MALFORMED_TASK_DATA' }),
  statusRow(NotComparableError, { code: 'FAILED_PRECONDITION', reason: 'RUNS_NOT_COMPARABLE' }),
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
  statusRow(StoreFullError, { code: 'RESOURCE_EXHAUSTED', reason: 'STORE_FULL' }),
  statusRow(CorruptStoreError, { code: 'DATA_LOSS', reason: 'CORRUPT_STORE' }),
  statusRow(ProgramNotJudgedError, { code: 'UNAVAILABLE', reason: 'PROGRAM_NOT_JUDGED' }),
  statusRow(IncompleteSamplingError, { code: 'INTERNAL', reason: 'INCOMPLETE_SAMPLING' }),
];
