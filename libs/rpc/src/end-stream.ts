import { statusObjectFrom } from './rich-status.ts';
import type { RpcError } from './rpc-error.ts';

/** Ends a streaming server call with a status; after a cancel there is nobody left to tell. */
export function endStream(
  call: { readonly cancelled: boolean; end(): unknown; emit(event: 'error', error: unknown): unknown },
  error: RpcError | undefined,
): void {
  if (call.cancelled) return;
  if (error === undefined) call.end();
  else call.emit('error', statusObjectFrom(error)); // grpc-js turns this event into the status
}
