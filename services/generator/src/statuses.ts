import { statusRow, type StatusTable } from '@leti/rpc';
import {
  BrokenWeightsError,
  CheckpointDigestError,
  CheckpointFolderNotFoundError,
  ModelRestartingError,
  NoCheckpointLoadedError,
  OtherWeightsError,
  UnusableCheckpointError,
} from './errors.ts';

/** Which error ends a call with which status. */
export const STATUSES: StatusTable = [
  statusRow(NoCheckpointLoadedError, { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' }),
  statusRow(OtherWeightsError, {
    code: 'FAILED_PRECONDITION',
    reason: 'OTHER_WEIGHTS_LOADED',
    metadata: ({ expected, loaded }) => ({ expected, loaded }),
  }),
  statusRow(ModelRestartingError, { code: 'UNAVAILABLE', reason: 'MODEL_RESTARTING' }),
  statusRow(BrokenWeightsError, { code: 'INTERNAL', reason: 'NON_FINITE_LOGITS' }),
  statusRow(CheckpointFolderNotFoundError, { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' }),
  statusRow(CheckpointDigestError, { code: 'FAILED_PRECONDITION', reason: 'CHECKPOINT_DIGEST_MISMATCH' }),
  statusRow(UnusableCheckpointError, {
    code: 'INVALID_ARGUMENT',
    reason: 'CHECKPOINT_INVALID',
    violations: ({ message }) => [{ field: 'checkpoint.path', description: message }],
  }),
];
