import { SandboxLostError } from './errors.ts';
import type { Due } from './due.ts';
import { type Caller, FairQueue } from './fair-queue.ts';
import { Renewals } from './renewals.ts';
import type { Slot } from './slot.ts';
import { SupervisorGoneError, type BoundedProgram, type End, type Judged } from './supervisor.ts';

const EXECUTIONS = 2;

/** What a runner does just now. */
export interface RunnerLoad {
  /** Programs that wait for a slot. */
  readonly waiting: number;
  /** Slots that run a program. */
  readonly busySlots: number;
}

/** What a pool has done since it was made. */
export interface PoolCounts {
  /** Programs run again, because the first end may have been the machine's doing. */
  readonly secondRuns: number;
  /** Sandboxes replaced, by why: lost, in doubt, after a violation of limits, or worn. */
  readonly sandboxesReplaced: Readonly<Record<Due, number>>;
}

interface Waiting {
  readonly take: (slot: Slot) => void;
  readonly refuse: (reason: unknown) => void;
}

/** Hands programs to free slots, callers in turn; runs those again whose end may have been the machine's doing. */
export class SlotPool {
  readonly #slots: readonly Slot[];
  readonly #free: Slot[];
  readonly #waiting = new FairQueue<Waiting>();
  /** Programs on their second run: before all others, for what waits for them has waited longest. */
  readonly #again = new FairQueue<Waiting>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #renewals: Renewals;
  #secondRuns = 0;
  #closed = false;

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
    this.#free = [...slots];
    this.#renewals = new Renewals(slots, (slot) => this.#release(slot));
  }

  /** Programs that wait for a slot, and slots that run one. */
  get load(): RunnerLoad {
    return { waiting: this.#waiting.size + this.#again.size, busySlots: this.#running.size };
  }

  /** Programs run a second time, and sandboxes replaced, since the start. */
  get counts(): PoolCounts {
    return { secondRuns: this.#secondRuns, sandboxesReplaced: this.#renewals.counts };
  }

  /**
   * Judges a program when a slot is free. A second run goes before all programs that wait.
   * @param signal takes it out of the queue, or kills it
   * @throws {SandboxLostError} when neither of two runs had a clear end
   */
  async judge(program: BoundedProgram, signal: AbortSignal, caller: Caller): Promise<Judged> {
    let reason = '';
    for (let executions = 1; executions <= EXECUTIONS; executions++) {
      signal.throwIfAborted();
      if (executions > 1) this.#secondRuns += 1;
      const slot = await this.#slot(signal, caller, executions > 1 ? this.#again : this.#waiting);
      const { verdict, overcounted, ambiguous } = await this.#run(slot, program, executions > 1, signal);
      if (verdict !== undefined) return { verdict: { ...verdict, executions }, overcounted };
      reason = ambiguous ?? 'no reason was given';
    }
    throw new SandboxLostError(`a program ended ${EXECUTIONS} times in a way that decides nothing, at last: ${reason}`);
  }

  /** Refuses what waits, lets what runs end, then ends the sandboxes. */
  async close(): Promise<void> {
    this.#closed = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) next.refuse(closedError());
    await Promise.allSettled(this.#running);
    await this.#renewals.close();
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  async #run(slot: Slot, program: BoundedProgram, again: boolean, signal: AbortSignal): Promise<End> {
    const running = slot.judge(program, again, signal);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      if (signal.aborted || !(error instanceof SupervisorGoneError)) throw error;
      return { ambiguous: `the sandbox was lost: ${error.message}` };
    } finally {
      this.#running.delete(running);
      this.#renewals.released(slot);
    }
  }

  #slot(signal: AbortSignal, caller: Caller, queue: FairQueue<Waiting>): Promise<Slot> {
    if (this.#closed) return Promise.reject(closedError());
    const free = this.#free.pop();
    if (free !== undefined) return Promise.resolve(free);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (queue.delete(caller, entry)) reject(signal.reason as Error);
      };
      const entry: Waiting = {
        take: (slot) => {
          signal.removeEventListener('abort', leave);
          resolve(slot);
        },
        refuse: reject,
      };
      queue.push(caller, entry);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #next(): Waiting | undefined {
    return this.#again.shift() ?? this.#waiting.shift();
  }

  #release(slot: Slot): void {
    const next = this.#next();
    if (next === undefined) this.#free.push(slot);
    else next.take(slot);
  }
}

function closedError(): Error {
  return new Error('the program runner is closed');
}
