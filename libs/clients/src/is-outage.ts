import { RpcError } from '@leti/rpc';

/**
 * Whether an error says that the service is away or full, so that the same call may work later. CANCELLED counts:
 * a server that is cut off ends its streams so, and a caller who cancels asks its own signal first. RESOURCE_EXHAUSTED
 * without a reason is gRPC's word for a message that is too large, and will be so again.
 */
export function isOutage(error: unknown): error is RpcError {
  if (!(error instanceof RpcError)) return false;
  const { code, reason } = error;
  return code === 'UNAVAILABLE' || code === 'CANCELLED' || (code === 'RESOURCE_EXHAUSTED' && reason !== '');
}
