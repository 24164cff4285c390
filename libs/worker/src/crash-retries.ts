import { WorkerCrashedError } from './worker-errors.ts';

/** The last of them is made alone. */
const MOST_ATTEMPTS = 3;

/**
 * Makes calls to a worker again when it ends under them. Calls run side by side, so nothing tells which of them ended it.
 * The last attempt is therefore made alone, while all others wait: a call that ends the worker even then is at fault and
 * fails, and those that only ran beside it are answered.
 */
export class CrashRetries {
  /** Attempts that run side by side. */
  readonly #beside = new Set<Promise<unknown>>();
  /** Attempts that run, or want to run, alone. */
  #numAlone = 0;
  /** Resolves when those have ended. */
  #lastAlone: Promise<unknown> = Promise.resolve();

  /**
   * @param call may be made again: it has no effects but its result
   * @throws {WorkerCrashedError} when the third worker ended under it too; all else that `call` throws, at once
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        return await this.#runBeside(call);
      } catch (error) {
        if (!(error instanceof WorkerCrashedError)) throw error;
      }
    }
    return this.#runAlone(call);
  }

  async #runBeside<T>(call: () => Promise<T>): Promise<T> {
    while (this.#numAlone > 0) await this.#lastAlone;
    const running = call();
    this.#beside.add(running);
    try {
      return await running;
    } finally {
      this.#beside.delete(running);
    }
  }

  #runAlone<T>(call: () => Promise<T>): Promise<T> {
    this.#numAlone++;
    const running = this.#lastAlone.then(async () => {
      await Promise.allSettled(this.#beside);
      return call();
    });
    const ended = (): void => void this.#numAlone--;
    this.#lastAlone = running.then(ended, ended);
    return running;
  }
}
