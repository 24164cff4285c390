import type { Due, Slot } from './slot.ts';

/** Replacing sandboxes after violations and for age takes at most one part in so many of the time. */
const SHARE = 5;

/**
 * Replaces the sandboxes of slots in the background, while other slots serve. A lost one is replaced at once, whatever it takes;
 * the others one at a time and not all the time, so that a flood of misbehaving programs cannot turn the runner into a starter of
 * sandboxes. After a violation a slot runs nothing more before its sandbox is replaced, unless no other slot would be left to serve or
 * it is not its turn yet.
 */
export class Renewals {
  readonly #slots: readonly Slot[];
  readonly #take: (slot: Slot) => boolean;
  readonly #giveBack: (slot: Slot) => void;
  /** Slots that get a sandbox, and serve nobody meanwhile. */
  readonly #held = new Set<Slot>();
  readonly #starting = new Set<Promise<void>>();
  readonly #counts: Record<Due, number> = { lost: 0, violation: 0, worn: 0 };
  #turn: Slot | undefined;
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /**
   * @param pool.take keeps a slot from programs, and says whether it was free
   * @param pool.giveBack hands a slot to programs
   */
  constructor(
    slots: readonly Slot[],
    pool: { readonly take: (slot: Slot) => boolean; readonly giveBack: (slot: Slot) => void },
  ) {
    this.#slots = slots;
    this.#take = pool.take;
    this.#giveBack = pool.giveBack;
  }

  /** How many sandboxes were to be replaced so far, by why. */
  get counts(): Readonly<Record<Due, number>> {
    return { ...this.#counts };
  }

  /** A program has ended in `slot`: gives the slot back, after its sandbox is replaced if that has to be. */
  released(slot: Slot): void {
    if (slot.due === 'lost' && !this.#closed) {
      this.#held.add(slot);
      this.#start(slot, 'lost');
    } else if (!this.#renew(slot)) {
      this.#giveBack(slot);
    }
  }

  /** Starts no further sandbox; resolves when none is being started. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#starting);
  }

  /** Starts the replacement of a worn or violated sandbox, if it is time. @returns whether the slot is held */
  #renew(slot: Slot): boolean {
    const due = slot.due;
    if (due === undefined || due === 'lost' || this.#closed || this.#turn !== undefined) return false;
    const now = performance.now();
    if (now < this.#nextAt) {
      this.#timer ??= setTimeout(() => this.#lookRound(), this.#nextAt - now).unref();
      return false;
    }
    const hold = due === 'violation' && this.#held.size + 1 < this.#slots.length;
    if (hold) this.#held.add(slot);
    this.#turn = slot;
    this.#start(slot, due);
    return hold;
  }

  #start(slot: Slot, due: Due): void {
    this.#counts[due] += 1;
    const started = performance.now();
    // A slot whose sandbox cannot be started tries again when it is asked to run something, and tells why it cannot.
    const starting = slot.renew().catch(() => {});
    this.#starting.add(starting);
    void starting.then(() => {
      this.#starting.delete(starting);
      if (this.#turn === slot) {
        this.#turn = undefined;
        this.#nextAt = performance.now() + (SHARE - 1) * (performance.now() - started);
        this.#timer ??= setTimeout(() => this.#lookRound(), this.#nextAt - performance.now()).unref();
      }
      if (this.#held.delete(slot)) this.#giveBack(slot);
    });
  }

  /** Replaces what is due though its slot has nothing to do. */
  #lookRound(): void {
    this.#timer = undefined;
    for (const slot of this.#slots) {
      if (slot.due === undefined || !this.#take(slot)) continue;
      if (!this.#renew(slot)) this.#giveBack(slot);
    }
  }
}
