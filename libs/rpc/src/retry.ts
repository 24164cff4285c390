import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError } from './rpc-error.ts';

/** How often and how long apart a failed call is tried again. */
export interface RetryPolicy {
  /** Attempts in all, 1 or more; Infinity goes on until the deadline or an abort. @default 5 */
  readonly maxAttempts?: number;
  /** Longest wait before the second attempt; doubles with every further one. Milliseconds. @default 100 */
  readonly initialDelayMs?: number;
  /** Longest wait between two attempts, milliseconds. @default 5000 */
  readonly maxDelayMs?: number;
  /** Called before each wait. */
  readonly onRetry?: (event: RetryEvent) => void;
}

/** A failed attempt that will be followed by another. */
export interface RetryEvent {
  /** Full method name, e.g. `leti.v1.EvaluatorService/EvaluateProgram`. */
  readonly method: string;
  readonly error: RpcError;
  /** Of the attempt that failed, from 1. */
  readonly attempt: number;
  /** Until the next attempt. */
  readonly delayMs: number;
}

/**
 * Runs a call, again if it failed for want of a server that answers and may be repeated without harm.
 * @param call makes one attempt and throws RpcError
 * @param random uniform in [0, 1), for the jitter
 * @throws the last attempt's error; an error that no repetition can heal, at once
 */
export async function withRetry<T>(
  call: () => Promise<T>,
  method: string,
  policy: RetryPolicy,
  limits: { readonly signal?: AbortSignal | undefined; readonly deadlineMs: number },
  random: () => number = Math.random,
): Promise<T> {
  const { maxAttempts = 5, initialDelayMs = 100, maxDelayMs = 5_000, onRetry } = policy;
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isRetryable(error) || attempt >= maxAttempts || limits.signal?.aborted === true) throw error;
      // Full jitter: clients that failed together do not come back together.
      const delayMs = Math.round(random() * Math.min(maxDelayMs, initialDelayMs * 2 ** (attempt - 1)));
      if (Date.now() + delayMs >= limits.deadlineMs) throw error;
      onRetry?.({ method, error, attempt, delayMs });
      await sleep(delayMs, undefined, limits.signal && { signal: limits.signal }).catch(() => {
        throw new RpcError({ code: 'CANCELLED', message: 'the call was aborted', cause: limits.signal?.reason });
      });
    }
  }
}

/**
 * Whether another attempt may succeed. RESOURCE_EXHAUSTED counts only with a reason, which a busy service sends; gRPC
 * itself uses it, without, for a message that is too large and will be so again.
 */
export function isRetryable(error: unknown): error is RpcError {
  if (!(error instanceof RpcError)) return false;
  return error.code === 'UNAVAILABLE' || (error.code === 'RESOURCE_EXHAUSTED' && error.reason !== '');
}
