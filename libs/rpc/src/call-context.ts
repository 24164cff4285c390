import type { Logger } from 'pino';
import { RpcError } from './rpc-error.ts';
import type { StatusTable } from './status-table.ts';

/** What a handler gets beside the request. */
export interface CallContext {
  /**
   * Aborts when the caller cancels, the deadline passes, or the server has drained for long enough. Its reason is an
   * RpcError with the status that the call then ends with.
   */
  readonly signal: AbortSignal;
  /** Has the method's name in every line. */
  readonly logger: Logger;
  /** The connection that the call came by, e.g. `127.0.0.1:40312`; calls of one client share it. */
  readonly peer: string;
}

/** What the adapters need of a running call; implemented by every grpc-js server call. */
export interface ServerCall {
  on(event: 'cancelled', listener: () => void): unknown;
  getDeadline(): Date | number;
  getPath(): string;
  getPeer(): string;
}

/** What serve() tells the adapters about the server that a call came to. */
export interface ServerScope {
  readonly logger: Logger;
  readonly statuses: StatusTable;
  /** Aborts when the server begins to drain. */
  readonly draining: AbortSignal;
  /** Aborts when calls must end now. */
  readonly closing: AbortSignal;
  /** Notes that a call began; the result notes its end. */
  track(): () => void;
}

const scopes = new WeakMap<object, ServerScope>();

/** Ties a call to its server, before its handler runs. */
export function setScope(call: object, scope: ServerScope): void {
  scopes.set(call, scope);
}

/** The server that a call came to. */
export function scopeOf(call: object): ServerScope {
  const scope = scopes.get(call);
  if (scope === undefined) throw new Error('a handler made by unary(), serverStream() or bidiStream() needs serve()');
  return scope;
}

// setTimeout takes at most a signed 32-bit number of milliseconds, 24.8 days.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A signal for one call that aborts with it, and what to call when the call has ended. */
export function callSignal(call: ServerCall, ends: readonly AbortSignal[]): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  const deadlineMs = Number(call.getDeadline());
  const cancelled = (): void => {
    // grpc-js reports a passed deadline, and the normal end of a call, as a cancel too.
    if (Date.now() >= deadlineMs) abort(new RpcError({ code: 'DEADLINE_EXCEEDED', message: 'deadline exceeded' }));
    else abort(new RpcError({ code: 'CANCELLED', message: 'the caller cancelled the call' }));
  };
  let abort = (reason: unknown): void => controller.abort(reason);
  call.on('cancelled', cancelled);
  const remainingMs = deadlineMs - Date.now();
  const timer = remainingMs < MAX_TIMER_MS ? setTimeout(cancelled, Math.max(0, remainingMs + 1)) : undefined;
  const forget = ends.map((signal) => {
    const stop = (): void => abort(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return (): void => signal.removeEventListener('abort', stop);
  });
  return {
    signal: controller.signal,
    end: () => {
      abort = () => {};
      clearTimeout(timer);
      for (const each of forget) each();
    },
  };
}
