import { setTimeout as sleep } from 'node:timers/promises';

/** Told before every wait, so that an operator sees why nothing moves. */
export interface Wait {
  /** Which service is waited for: `generator` or `evaluator`. */
  readonly service: string;
  /** What it answered. */
  readonly reason: string;
  /** Waits since the last progress, this one included. */
  readonly attempt: number;
  readonly delayMs: number;
}

/** How long to wait between attempts: doubled each time from `firstMs` up to `mostMs`, half of it by chance. */
export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Quick enough for a service that restarts, gentle to one that stays away. */
export const DEFAULT_BACKOFF: Backoff = { firstMs: 200, mostMs: 5000 };

/**
 * Waits for a service for as long as it takes, longer each time until something worked. It never gives up: who wants
 * an end aborts the signal.
 */
export class Patience {
  readonly #service: string;
  readonly #backoff: Backoff;
  readonly #onWait: (wait: Wait) => void;
  #attempt = 0;

  constructor(service: string, options: { readonly backoff?: Backoff; readonly onWait?: (wait: Wait) => void } = {}) {
    this.#service = service;
    this.#backoff = options.backoff ?? DEFAULT_BACKOFF;
    this.#onWait = options.onWait ?? (() => {});
  }

  /** Something worked: the next wait is short again. */
  progress(): void {
    this.#attempt = 0;
  }

  /** @throws the signal's reason as soon as it is aborted */
  async wait(reason: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#attempt++;
    const ceilingMs = Math.min(this.#backoff.mostMs, this.#backoff.firstMs * 2 ** (this.#attempt - 1));
    const delayMs = Math.round(ceilingMs * (0.5 + Math.random() / 2));
    this.#onWait({ service: this.#service, reason, attempt: this.#attempt, delayMs });
    try {
      await sleep(delayMs, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
}
