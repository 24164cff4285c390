/**
 * The promise's value, or the signal's reason as a rejection if it aborts before. Unlike Promise.race against one
 * long-lived promise it leaves nothing behind, so it may be called a million times with one signal.
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const forget = (): void => signal.removeEventListener('abort', abort);
    promise.finally(forget).then(resolve, reject);
  });
}
