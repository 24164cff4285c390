import { CheckpointNotFoundError, DigestMismatchError, InvalidCheckpointError } from '@leti/checkpoint';
import { InvalidWeightsError, UnsupportedModelError } from '@leti/nn/model';
import { statusRow, type StatusRow, type StatusTable } from '@leti/rpc';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';

/** How what can be wrong with a checkpoint looks on the wire, in every service. */
export interface CheckpointRows {
  readonly notFound: StatusRow;
  readonly otherDigest: StatusRow;
  /** It is there, but is no model that can be run. */
  readonly invalid: StatusRow;
}

/** @param field where the request names the checkpoint's path, e.g. `settings.checkpoint.path` */
export function checkpointRows(field: string): CheckpointRows {
  return {
    notFound: { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' },
    otherDigest: { code: 'FAILED_PRECONDITION', reason: 'CHECKPOINT_DIGEST_MISMATCH' },
    invalid: {
      code: 'INVALID_ARGUMENT',
      reason: 'CHECKPOINT_INVALID',
      violations: ({ message }) => [{ field, description: message }],
    },
  };
}

/** The statuses of every error that reading a checkpoint ends with. @param field see {@link checkpointRows} */
export function checkpointStatuses(field: string): StatusTable {
  const { notFound, otherDigest, invalid } = checkpointRows(field);
  return [
    statusRow(CheckpointNotFoundError, notFound),
    statusRow(DigestMismatchError, otherDigest),
    statusRow(InvalidCheckpointError, invalid),
    statusRow(UnsupportedModelError, invalid),
    statusRow(InvalidWeightsError, invalid),
    statusRow(TokenizerNotFoundError, invalid),
    statusRow(InvalidTokenizerError, invalid),
    statusRow(MissingSpecialTokenError, invalid),
  ];
}
