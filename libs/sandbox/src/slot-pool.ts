import { type Caller, FairQueue } from './fair-queue.ts';
import type { BoundedProgram, Verdict } from './supervisor.ts';
import type { Slot } from './slot.ts';

interface Waiting {
  readonly take: (slot: Slot) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Hands programs to free slots, callers in turn. */
export class SlotPool {
  readonly #slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #waiting = new FairQueue<Waiting>();
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
    this.#free = [...slots];
  }

  /** Judges a program when a slot is free. @param signal takes it out of the queue, or kills it */
  async judge(program: BoundedProgram, signal: AbortSignal, caller: Caller): Promise<Verdict> {
    const slot = await this.#slot(signal, caller);
    const running = slot.judge(program, signal);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
      this.#release(slot);
    }
  }

  /** Refuses what waits, lets what runs end, then ends the sandboxes. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next.refuse(closedError());
    await Promise.allSettled(this.#running);
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #slot(signal: AbortSignal, caller: Caller): Promise<Slot> {
    if (this.#closed) return Promise.reject(closedError());
    const free = this.#free.pop();
    if (free !== undefined) return Promise.resolve(free);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (this.#waiting.delete(caller, entry)) reject(signal.reason as Error);
      };
      const entry: Waiting = {
        take: (slot) => {
          signal.removeEventListener('abort', leave);
          resolve(slot);
        },
        refuse: reject,
      };
      this.#waiting.push(caller, entry);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #release(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next.take(slot);
  }
}

function closedError(): Error {
  return new Error('the program runner is closed');
}
