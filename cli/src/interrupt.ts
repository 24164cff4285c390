/** The reason of the signal when the user asked to stop. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor() {
    super('interrupted');
  }
}

/**
 * A signal that SIGINT or SIGTERM aborts, so that work can end in order; a second one calls `onSecond`.
 * @returns the signal and what removes the handlers
 */
export function abortOnSignals(onSecond: () => void): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) onSecond();
    else controller.abort(new InterruptedError());
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: controller.signal, dispose: () => void process.off('SIGINT', stop).off('SIGTERM', stop) };
}
