import { CheckpointStoreFullError } from '@leti/checkpoint';
import { ProgramNotJudgedError } from '@leti/clients';
import { IncompleteSamplingError } from '@leti/leti';
import { statusRow, type ErrorClass, type StatusTable } from '@leti/rpc';
import {
  CorruptStoreError,
  InvalidPageTokenError,
  InvalidRequestIdError,
  RunNotFoundError,
  StoreFullError,
} from '@leti/runs';
import { MalformedTaskDataError, TaskDataNotFoundError } from '@leti/tasks';

/** The errors' messages begin with the field's name. */
const badField = (errorClass: ErrorClass, field: string): StatusTable[number] =>
  statusRow(errorClass, {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_ARGUMENT',
    violations: ({ message }) => [{ field, description: message.replace(`${field} `, '') }],
  });

/** The statuses of what any service's runs can meet: the store, the task's data, sampling and judging. */
export const RUN_STATUSES: StatusTable = [
  statusRow(RunNotFoundError, { code: 'NOT_FOUND', reason: 'RUN_NOT_FOUND' }),
  badField(InvalidRequestIdError, 'request_id'),
  badField(InvalidPageTokenError, 'page_token'),
  statusRow(StoreFullError, { code: 'RESOURCE_EXHAUSTED', reason: 'STORE_FULL' }),
  statusRow(CheckpointStoreFullError, { code: 'RESOURCE_EXHAUSTED', reason: 'STORE_FULL' }),
  statusRow(CorruptStoreError, { code: 'DATA_LOSS', reason: 'CORRUPT_STORE' }),
  statusRow(TaskDataNotFoundError, { code: 'NOT_FOUND', reason: 'TASK_DATA_NOT_FOUND' }),
  statusRow(MalformedTaskDataError, { code: 'FAILED_PRECONDITION', reason: 'MALFORMED_TASK_DATA' }),
  statusRow(ProgramNotJudgedError, { code: 'UNAVAILABLE', reason: 'PROGRAM_NOT_JUDGED' }),
  statusRow(IncompleteSamplingError, { code: 'INTERNAL', reason: 'INCOMPLETE_SAMPLING' }),
];
