import type { Program } from '@leti/leti';
import type { Caller } from '@leti/sandbox';
import { ByteBudget } from './byte-budget.ts';

/** More programs wait than the evaluator holds; trying again later works. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError';
}

/** More streams are open than the evaluator serves; trying again later works. */
export class TooManyStreamsError extends Error {
  override readonly name = 'TooManyStreamsError';
}

/** What may be here at the same time. */
export interface AdmissionLimits {
  /** Programs of single calls, running or waiting. */
  readonly calls: number;
  readonly streams: number;
  /** Of all programs together, about. */
  readonly bytes: number;
}

/** What is here just now. */
export interface Admitted {
  readonly calls: number;
  readonly streams: number;
  readonly bytes: number;
}

/**
 * Bounds what the evaluator holds. A single call is refused when too much is here, for its caller cannot be held back
 * otherwise; a stream is read no further.
 */
export class Admission {
  readonly #most: AdmissionLimits;
  readonly #budget: ByteBudget;
  #calls = 0;
  #streams = 0;

  constructor(most: AdmissionLimits) {
    this.#most = most;
    this.#budget = new ByteBudget(most.bytes);
  }

  get here(): Admitted {
    return { calls: this.#calls, streams: this.#streams, bytes: this.#budget.taken };
  }

  /** Does the work of a single call unless too much is here. @throws {TooManyWaitingError} */
  async admitCall<T>(program: Program, work: () => Promise<T>): Promise<T> {
    if (this.#calls >= this.#most.calls)
      throw new TooManyWaitingError(`${this.#calls} programs run or wait here, at most ${this.#most.calls} may`);
    const giveBack = this.#budget.tryTake(sizeOf(program));
    if (giveBack === undefined)
      throw new TooManyWaitingError(`programs of ${this.#budget.taken} of ${this.#most.bytes} bytes run or wait here`);
    this.#calls += 1;
    try {
      return await work();
    } finally {
      this.#calls -= 1;
      giveBack();
    }
  }

  /** @returns what notes the stream's end, to be called once @throws {TooManyStreamsError} */
  openStream(): () => void {
    if (this.#streams >= this.#most.streams)
      throw new TooManyStreamsError(`${this.#streams} streams are open here, at most ${this.#most.streams} may`);
    this.#streams += 1;
    return () => {
      this.#streams -= 1;
    };
  }

  /**
   * Waits until there is room for a stream's program.
   * @returns what notes that it is here no more, to be called once @throws the signal's reason
   */
  admitStreamed(program: Program, caller: Caller, signal: AbortSignal): Promise<() => void> {
    return this.#budget.take(sizeOf(program), caller, signal);
  }
}

const OVERHEAD_BYTES = 1024;

/** Memory that a program takes, about: two bytes a character. */
function sizeOf({ prompt, solution, testSetupCode, tests, judge }: Program): number {
  const texts = [prompt, solution, testSetupCode, ...tests];
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return OVERHEAD_BYTES + 2 * characters + (judge === undefined ? 0 : 2 * JSON.stringify(judge).length);
}
