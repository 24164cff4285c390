import { type Caller, FairQueue } from '@leti/sandbox';

interface Waiting {
  readonly bytes: number;
  readonly serve: () => void;
}

/** A number of bytes that many share. Callers who wait for some take turns. */
export class ByteBudget {
  readonly #total: number;
  readonly #waiting = new FairQueue<Waiting>();
  /** Whose turn it is, when there is not enough for it yet. */
  #first: Waiting | undefined;
  #taken = 0;

  constructor(total: number) {
    this.#total = total;
  }

  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes bytes if there are enough and nobody waits for some.
   * @returns what gives them back, to be called once; undefined when there are too few
   */
  tryTake(bytes: number): (() => void) | undefined {
    const size = Math.min(bytes, this.#total);
    if (this.#first !== undefined || this.#waiting.size > 0 || this.#taken + size > this.#total) return undefined;
    return this.#take(size);
  }

  /**
   * Waits for bytes; of more than there are in all, for all.
   * @returns what gives them back, to be called once
   * @throws the signal's reason when it aborts before
   */
  async take(bytes: number, caller: Caller, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const at = this.tryTake(bytes);
    if (at !== undefined) return at;
    return new Promise((resolve, reject) => {
      const size = Math.min(bytes, this.#total);
      const leave = (): void => {
        if (this.#first === waiting) this.#first = undefined;
        else this.#waiting.delete(caller, waiting);
        this.#serve();
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        bytes: size,
        serve: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.#take(size));
        },
      };
      this.#waiting.push(caller, waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #take(size: number): () => void {
    this.#taken += size;
    return () => {
      this.#taken -= size;
      this.#serve();
    };
  }

  #serve(): void {
    for (;;) {
      this.#first ??= this.#waiting.shift();
      if (this.#first === undefined || this.#taken + this.#first.bytes > this.#total) return;
      const { serve } = this.#first;
      this.#first = undefined;
      serve();
    }
  }
}
