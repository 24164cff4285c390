import type { Program } from '@leti/leti';
import type { Caller } from '@leti/sandbox';
import { ByteBudget } from './byte-budget.ts';
import { Places } from './places.ts';

/** More programs wait than the evaluator holds; trying again later works. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError';
}

/** More streams are open than the evaluator serves; trying again later works. */
export class TooManyStreamsError extends Error {
  override readonly name = 'TooManyStreamsError';
}

/** What may be here at the same time. Of calls and streams one client may have half. */
export interface AdmissionLimits {
  /** Programs of single calls, running or waiting. */
  readonly calls: number;
  readonly streams: number;
  /** Of all programs together, about; half of it for single calls, half for streams. */
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
  readonly #calls: Places;
  readonly #streams: Places;
  readonly #callBytes: ByteBudget;
  readonly #streamBytes: ByteBudget;

  constructor({ calls, streams, bytes }: AdmissionLimits) {
    this.#calls = new Places(calls);
    this.#streams = new Places(streams);
    this.#callBytes = new ByteBudget(bytes / 2);
    this.#streamBytes = new ByteBudget(bytes / 2);
  }

  get here(): Admitted {
    const bytes = this.#callBytes.taken + this.#streamBytes.taken;
    return { calls: this.#calls.taken, streams: this.#streams.taken, bytes };
  }

  /** Does the work of a single call unless too much is here. @throws {TooManyWaitingError} */
  async admitCall<T>(program: Program, { client }: Caller, work: () => Promise<T>): Promise<T> {
    const leave = this.#calls.take(client);
    if (leave === undefined) throw new TooManyWaitingError(crowded('programs run or wait', this.#calls));
    const giveBack = this.#callBytes.tryTake(sizeOf(program));
    try {
      if (giveBack === undefined) throw new TooManyWaitingError('the programs that run or wait here fill its memory');
      return await work();
    } finally {
      giveBack?.();
      leave();
    }
  }

  /** @returns what notes the stream's end, to be called once @throws {TooManyStreamsError} */
  openStream(client: string): () => void {
    const close = this.#streams.take(client);
    if (close === undefined) throw new TooManyStreamsError(crowded('streams are open', this.#streams));
    return close;
  }

  /**
   * Waits until there is room for a stream's program.
   * @returns what notes that it is here no more, to be called once @throws the signal's reason
   */
  admitStreamed(program: Program, caller: Caller, signal: AbortSignal): Promise<() => void> {
    return this.#streamBytes.take(sizeOf(program), caller, signal);
  }
}

const crowded = (what: string, { taken, most }: Places): string =>
  `${taken} ${what} here, at most ${most} may, and half of them for one client`;

const OVERHEAD_BYTES = 1024;

/** Memory that a program takes, about: two bytes a character. */
function sizeOf({ prompt, solution, testSetupCode, tests, judge }: Program): number {
  const texts = [prompt, solution, testSetupCode, ...tests];
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return OVERHEAD_BYTES + 2 * characters + (judge === undefined ? 0 : 2 * JSON.stringify(judge).length);
}
