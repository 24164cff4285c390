import { CheckpointNotFoundError, DigestMismatchError, InvalidCheckpointError } from '@leti/checkpoint';
import { InvalidWeightsError, UnsupportedModelError } from '@leti/nn/model';
import { statusRow, type StatusRow, type StatusTable } from '@leti/rpc';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';

/**
 * How what can be wrong with a checkpoint looks on the wire, in every service.
 * @param field where the request names the checkpoint's path, e.g. `settings.checkpoint.path`
 */
export function checkpointStatuses(field: string): StatusTable {
  const invalid: StatusRow = {
    code: 'INVALID_ARGUMENT',
    reason: 'CHECKPOINT_INVALID',
    violations: ({ message }) => [{ field, description: message }],
  };
  return [
    statusRow(CheckpointNotFoundError, { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' }),
    statusRow(DigestMismatchError, { code: 'FAILED_PRECONDITION', reason: 'CHECKPOINT_DIGEST_MISMATCH' }),
    statusRow(InvalidCheckpointError, invalid),
    statusRow(UnsupportedModelError, invalid),
    statusRow(InvalidWeightsError, invalid),
    statusRow(TokenizerNotFoundError, invalid),
    statusRow(InvalidTokenizerError, invalid),
    statusRow(MissingSpecialTokenError, invalid),
  ];
}
