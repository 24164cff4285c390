/** Lets one at a time through, in the order in which they came. */
export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Waits for all who came before.
   * @returns ends the turn; calling it again changes nothing
   * @throws the signal's reason when it is aborted first; the turn is over then
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = before.then(() => promise);
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      await Promise.race([before, aborted.promise]);
      return end;
    } catch (error) {
      end();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Does a piece of work in a turn of its own. */
  async do<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.take();
    try {
      return await work();
    } finally {
      end();
    }
  }
}
