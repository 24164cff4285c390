import { rpcErrorFrom, RpcError } from '@leti/rpc';
import { TRAINER_STATUSES } from './status-table.ts';

/**
 * What a failed run says about its failure. Unlike a call's status it tells what went wrong even when the table does not
 * know it: the run is the caller's own, and a message is all they have to go by.
 */
export function runFailure(error: unknown): RpcError {
  const known = rpcErrorFrom(error, TRAINER_STATUSES);
  if (known.reason === 'STORE_FULL')
    return new RpcError({
      ...fieldsOf(known),
      message: `${known.message}; what is finished is kept, and the run can be resumed`,
    });
  if (known.code !== 'INTERNAL' || known.reason !== 'INTERNAL' || !(error instanceof Error)) return known;
  return new RpcError({
    code: 'INTERNAL',
    reason: 'INTERNAL',
    message: `${error.name}: ${error.message}`,
    cause: error,
  });
}

function fieldsOf({
  code,
  reason,
  message,
  violations,
  metadata,
  cause,
}: RpcError): ConstructorParameters<typeof RpcError>[0] {
  return { code, reason, message, violations, metadata, cause };
}
