import { type Due, isDueAtOnce } from './due.ts';
import type { Slot } from './slot.ts';

/** Replacing sandboxes that serve on meanwhile takes at most one part in so many of the time. */
const SHARE = 5;
/** Until the start of a sandbox that failed is tried again. */
const TRY_AGAIN_MS = 1_000;

/**
 * Replaces the sandboxes of slots while other slots serve. One that is lost or in doubt is replaced at once, whatever it takes, and
 * its slot runs nothing before: that costs less than what any program may take by an endless loop. The others are replaced one at a
 * time and not all the time, while their slots serve on, so that many that pass their limits cannot turn the runner into a starter of
 * sandboxes.
 */
export class Renewals {
  readonly #slots: readonly Slot[];
  readonly #giveBack: (slot: Slot) => void;
  /** Slots without a sandbox, which serve nobody. */
  readonly #held = new Set<Slot>();
  readonly #starting = new Set<Promise<unknown>>();
  readonly #counts: Record<Due, number> = { lost: 0, doubt: 0, violation: 0, worn: 0 };
  readonly #tryingAgain = new Set<NodeJS.Timeout>();
  #inTurn = false;
  #nextAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param giveBack hands a slot to programs */
  constructor(slots: readonly Slot[], giveBack: (slot: Slot) => void) {
    this.#slots = slots;
    this.#giveBack = giveBack;
  }

  /** How many sandboxes were to be replaced so far, by why. */
  get counts(): Readonly<Record<Due, number>> {
    return { ...this.#counts };
  }

  /**
   * A program has ended in `slot`: gives it back, when it has a sandbox that may serve. Where none can be started the slot is kept and
   * tried again while another serves; the last one is given back without, so that the next program's caller hears why.
   */
  released(slot: Slot): void {
    const { due } = slot;
    if (isDueAtOnce(due) && !this.#closed) {
      this.#counts[due] += 1;
      this.#held.add(slot);
      void this.#replaceHeld(slot);
    } else {
      this.#replaceInTurn(slot);
      this.#giveBack(slot);
    }
  }

  /** Starts no further sandbox; resolves when none is being started. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const timer of this.#tryingAgain) clearTimeout(timer);
    await Promise.all(this.#starting);
  }

  async #replaceHeld(slot: Slot): Promise<void> {
    const started = await this.#start(slot);
    if (started || this.#closed || this.#held.size === this.#slots.length) {
      this.#held.delete(slot);
      this.#giveBack(slot);
      return;
    }
    const timer = setTimeout(() => {
      this.#tryingAgain.delete(timer);
      void this.#replaceHeld(slot);
    }, TRY_AGAIN_MS).unref();
    this.#tryingAgain.add(timer);
  }

  /** Starts the replacement of a sandbox that serves on, if it is due and its turn. */
  #replaceInTurn(slot: Slot): void {
    const { due } = slot;
    if (due === undefined || isDueAtOnce(due) || this.#closed || this.#inTurn) return;
    const now = performance.now();
    if (now < this.#nextAt) {
      this.#lookLater(this.#nextAt - now);
      return;
    }
    this.#counts[due] += 1;
    this.#inTurn = true;
    void this.#start(slot).then(() => {
      this.#inTurn = false;
      const pauseMs = (SHARE - 1) * (performance.now() - now);
      this.#nextAt = performance.now() + pauseMs;
      this.#lookLater(pauseMs);
    });
  }

  /** Looks for what is due in slots that nothing is released from. */
  #lookLater(ms: number): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const slot of this.#slots) this.#replaceInTurn(slot);
    }, ms).unref();
  }

  /** @returns whether there is a new sandbox; the next program that is run in the slot tells why there is none */
  async #start(slot: Slot): Promise<boolean> {
    const starting = slot.renew().then(
      () => true,
      () => false,
    );
    this.#starting.add(starting);
    const started = await starting;
    this.#starting.delete(starting);
    return started;
  }
}
