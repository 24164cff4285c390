import type { SupervisorHost } from './supervisor-host.ts';
import { Supervisor, SupervisorGoneError, type BoundedProgram, type End } from './supervisor.ts';

/** What a slot is made of. */
export interface SlotOptions {
  readonly host: SupervisorHost;
  /** CPU seconds of a round of work when nothing disturbs it; 0 keeps CPU limits as they are on a busy machine. */
  readonly roundSeconds: number;
  /** Programs after which the sandbox is due to be replaced. */
  readonly recycleAfter: number;
  /** Milliseconds after which it is, too. */
  readonly recycleAfterMs: number;
}

/** Why a slot's sandbox should be replaced: it is gone, a program misbehaved in it, or it is old. */
export type Due = 'lost' | 'violation' | 'worn';

/** A place where one program runs at a time, in a sandbox that can be replaced under it. */
export class Slot {
  readonly #options: SlotOptions;
  #supervisor: Supervisor | undefined;
  /** Started, and waiting for the running program's end. */
  #next: Supervisor | undefined;
  #running = false;
  #closed = false;
  #judged = 0;
  #since = performance.now();
  #violated = false;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: SlotOptions, supervisor: Supervisor) {
    this.#options = options;
    this.#supervisor = supervisor;
  }

  /** Why the sandbox should be replaced, if it should. */
  get due(): Due | undefined {
    if (this.#supervisor === undefined) return 'lost';
    if (this.#next !== undefined) return undefined;
    if (this.#violated) return 'violation';
    const old = performance.now() - this.#since >= this.#options.recycleAfterMs;
    return old || this.#judged >= this.#options.recycleAfter ? 'worn' : undefined;
  }

  /** Runs a program. @throws {SupervisorGoneError} when the sandbox is lost under it; the slot has none then */
  async judge(program: BoundedProgram, again: boolean, signal: AbortSignal): Promise<End> {
    this.#running = true;
    try {
      const supervisor = this.#supervisor ?? (await this.#restart());
      this.#judged += 1;
      const end = await supervisor.judge(program, { again, roundSeconds: this.#options.roundSeconds, signal });
      if (end.violation !== undefined) this.#violated = true;
      return end;
    } catch (error) {
      if (error instanceof SupervisorGoneError) this.#drop();
      throw error;
    } finally {
      this.#running = false;
      this.#adopt();
    }
  }

  /**
   * Starts a fresh sandbox, which takes the old one's place as soon as no program runs in that.
   * @throws {NoIsolationError} when none can be started; the old one stays
   */
  async renew(): Promise<void> {
    const { supervisor } = await Supervisor.start(this.#options.host);
    this.#next = supervisor;
    if (!this.#running || this.#supervisor === undefined) this.#adopt();
    if (this.#closed) await this.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#adopt();
    this.#drop();
    await Promise.all(this.#ending);
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
    this.#drop();
    this.#supervisor = this.#next;
    this.#next = undefined;
    this.#judged = 0;
    this.#since = performance.now();
    this.#violated = false;
  }

  #drop(): void {
    const ending = this.#supervisor?.close();
    this.#supervisor = undefined;
    if (ending === undefined) return;
    this.#ending.add(ending);
    const ended = (): void => void this.#ending.delete(ending);
    ending.then(ended, ended);
  }
}
