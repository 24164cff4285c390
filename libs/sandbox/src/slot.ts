import type { Due } from './due.ts';
import type { Reserve } from './reserve.ts';
import { SupervisorGoneError, type BoundedProgram, type End, type Supervisor } from './supervisor.ts';

/** What a slot is made of. */
export interface SlotOptions {
  /** Where fresh sandboxes come from; borrowed. */
  readonly reserve: Pick<Reserve, 'take'>;
  /** CPU seconds of a round of work when nothing disturbs it; 0 keeps CPU limits as they are on a busy machine. */
  readonly roundSeconds: number;
  /** Programs after which the sandbox is due to be replaced. */
  readonly recycleAfter: number;
  /** Milliseconds after which it is, too. */
  readonly recycleAfterMs: number;
}

/** A place where one program runs at a time, in a sandbox that can be replaced under it. One that is in doubt is ended there and then. */
export class Slot {
  readonly #options: SlotOptions;
  #supervisor: Supervisor | undefined;
  /** Started, and waiting for the running program's end. */
  #next: Supervisor | undefined;
  #starting: Promise<void> | undefined;
  /** Why there is no sandbox, when there is none. */
  #missing: 'lost' | 'doubt' = 'lost';
  #running = false;
  #closed = false;
  #judged = 0;
  #since = performance.now();
  readonly #ending = new Set<Promise<void>>();

  constructor(options: SlotOptions, supervisor: Supervisor) {
    this.#options = options;
    this.#supervisor = supervisor;
  }

  /** Why the sandbox is to be replaced, if it is and no other is there to take its place. */
  get due(): Due | undefined {
    if (this.#supervisor === undefined) return this.#missing;
    if (this.#next !== undefined) return undefined;
    if (this.#supervisor.harm !== undefined) return this.#supervisor.harm;
    const old = performance.now() - this.#since >= this.#options.recycleAfterMs;
    return old || this.#judged >= this.#options.recycleAfter ? 'worn' : undefined;
  }

  /** Runs a program. @throws {SupervisorGoneError} when the sandbox is lost under it; the slot has none then */
  async judge(program: BoundedProgram, again: boolean, signal: AbortSignal): Promise<End> {
    this.#running = true;
    try {
      const supervisor = this.#supervisor ?? (await this.#restart());
      this.#judged += 1;
      return await supervisor.judge(program, { again, roundSeconds: this.#options.roundSeconds, signal });
    } catch (error) {
      if (error instanceof SupervisorGoneError) this.#drop('lost');
      throw error;
    } finally {
      this.#running = false;
      if (this.#supervisor?.harm === 'doubt') this.#drop('doubt');
      this.#adopt();
    }
  }

  /**
   * Gets a fresh sandbox, which takes the old one's place as soon as no program runs in that; waits for the one that is being
   * started, if one is.
   * @throws {NoIsolationError} when none can be started; an old one stays
   */
  renew(): Promise<void> {
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#adopt();
    this.#drop('lost');
    await Promise.all(this.#ending);
  }

  async #start(): Promise<void> {
    this.#next = await this.#options.reserve.take();
    if (!this.#running || this.#supervisor === undefined) this.#adopt();
    if (this.#closed) await this.close();
  }

  /** For a slot whose last renewal failed. */
  async #restart(): Promise<Supervisor> {
    try {
      await this.renew();
    } catch (error) {
      throw new SupervisorGoneError(error instanceof Error ? error.message : String(error), { cause: error });
    }
    if (this.#supervisor === undefined) throw new SupervisorGoneError('the slot is closed');
    return this.#supervisor;
  }

  #adopt(): void {
    if (this.#next === undefined) return;
    this.#drop('lost');
    this.#supervisor = this.#next;
    this.#next = undefined;
    this.#judged = 0;
    this.#since = performance.now();
  }

  #drop(missing: 'lost' | 'doubt'): void {
    this.#missing = missing;
    const ending = this.#supervisor?.close();
    this.#supervisor = undefined;
    if (ending === undefined) return;
    this.#ending.add(ending);
    const ended = (): void => void this.#ending.delete(ending);
    ending.then(ended, ended);
  }
}
