/** More programs wait than the evaluator holds; trying again later works. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError';
}

/** Bounds how many programs of single calls are here at once. Streams need no such bound: they are read no faster. */
export class Admission {
  readonly #most: number;
  #here = 0;

  /** @param most programs that may be here at the same time, running or waiting */
  constructor(most: number) {
    this.#most = most;
  }

  /** Does the work unless too much is here. @throws {TooManyWaitingError} */
  async admit<T>(work: () => Promise<T>): Promise<T> {
    if (this.#here >= this.#most) {
      throw new TooManyWaitingError(`${this.#here} programs run or wait here, at most ${this.#most} may`);
    }
    this.#here += 1;
    try {
      return await work();
    } finally {
      this.#here -= 1;
    }
  }
}
