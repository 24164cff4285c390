/** Brings a run from the queue to its rest; never rejects. */
export type RunWork = (id: string, slot: number, signal: AbortSignal) => Promise<void>;

interface Active {
  readonly slot: number;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Runs that wait and runs that go on: first come, first served, at most so many at once. */
export class RunQueue {
  readonly #slots: number;
  readonly #work: RunWork;
  readonly #waiting: string[] = [];
  readonly #active = new Map<string, Active>();
  #closed = false;

  /**
   * @param slots runs at once, 1 or more
   * @param work gets the slot, 0 to slots − 1, that the run alone has until it ends
   */
  constructor(slots: number, work: RunWork) {
    this.#slots = slots;
    this.#work = work;
  }

  /** Puts a run at the end, and starts it if there is a slot. */
  push(id: string): void {
    this.#waiting.push(id);
    this.#next();
  }

  /** Takes a run that waits out. @returns whether it was there */
  take(id: string): boolean {
    const at = this.#waiting.indexOf(id);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  /** Aborts a run that goes on, with this reason. @returns whether it did go on */
  stop(id: string, reason: Error): boolean {
    const active = this.#active.get(id);
    active?.stop.abort(reason);
    return active !== undefined;
  }

  /** Starts nothing more, aborts what goes on, and waits for it. */
  async close(reason: Error): Promise<void> {
    this.#closed = true;
    const active = [...this.#active.values()];
    for (const { stop } of active) stop.abort(reason);
    await Promise.all(active.map(({ done }) => done));
  }

  #next(): void {
    if (this.#closed) return;
    const taken = new Set([...this.#active.values()].map(({ slot }) => slot));
    for (let slot = 0; slot < this.#slots; slot++) {
      if (taken.has(slot)) continue;
      // A run that was resumed while its last attempt still winds up waits for it.
      const at = this.#waiting.findIndex((id) => !this.#active.has(id));
      if (at < 0) return;
      this.#start(this.#waiting.splice(at, 1)[0]!, slot);
    }
  }

  #start(id: string, slot: number): void {
    const stop = new AbortController();
    const done = this.#work(id, slot, stop.signal).finally(() => {
      this.#active.delete(id);
      this.#next();
    });
    this.#active.set(id, { slot, stop, done });
  }
}
