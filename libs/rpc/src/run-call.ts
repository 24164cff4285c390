import { callSignal, scopeOf, type CallContext, type ServerCall } from './call-context.ts';
import type { RpcError } from './rpc-error.ts';
import { isKnownError, rpcErrorFrom } from './status-table.ts';

/** Settings of one method's handler. */
export interface HandlerOptions {
  /** Ends the call as soon as the server begins to drain: for watches, which otherwise hold it up. @default false */
  readonly endOnDrain?: boolean;
}

/**
 * Runs a handler within its call: gives it a context, turns what it throws into a status, and logs the end.
 * @returns the status to end the call with, or undefined when the handler succeeded
 */
export async function runCall(
  call: ServerCall,
  { endOnDrain = false }: HandlerOptions,
  handler: (context: CallContext) => Promise<void>,
): Promise<RpcError | undefined> {
  const scope = scopeOf(call);
  const logger = scope.logger.child({ method: call.getPath().slice(1) });
  const { signal, end } = callSignal(call, endOnDrain ? [scope.closing, scope.draining] : [scope.closing]);
  const untrack = scope.track();
  const startMs = performance.now();
  const elapsed = (): { durationMs: number } => ({ durationMs: Math.round(performance.now() - startMs) });
  try {
    await handler({ signal, logger, peer: call.getPeer() });
    logger.debug({ event: 'call_finished', code: 'OK', ...elapsed() });
    return undefined;
  } catch (cause) {
    // What a handler throws after an abort is the abort's echo, whatever its type.
    const known = signal.aborted || isKnownError(cause, scope.statuses);
    const error = rpcErrorFrom(signal.aborted ? signal.reason : cause, scope.statuses);
    const { code, reason, message } = error;
    if (known) logger.info({ event: 'call_failed', code, reason, message, ...elapsed() });
    else logger.error({ event: 'call_failed', code, reason, err: cause, ...elapsed() });
    return error;
  } finally {
    end();
    untrack();
  }
}
