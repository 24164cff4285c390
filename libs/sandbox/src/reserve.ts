import type { SupervisorHost } from './supervisor-host.ts';
import { Supervisor } from './supervisor.ts';

/**
 * Fresh sandboxes for slots whose own are to be replaced. From the first that is taken on another one stands ready, so that a slot
 * whose sandbox is in doubt need not wait for a start.
 */
export class Reserve {
  readonly #host: SupervisorHost;
  /** Fulfilled when its start has come to an end, with nothing if that failed. */
  #spare: Promise<Supervisor | undefined> | undefined;
  #ready: Supervisor | undefined;
  #closed = false;

  constructor(host: SupervisorHost) {
    this.#host = host;
  }

  /** Whether one stands ready. */
  get isReady(): boolean {
    return this.#ready?.gone === false;
  }

  /**
   * A sandbox that has judged nothing; the caller closes it.
   * @throws {NoIsolationError} when none can be started
   */
  async take(): Promise<Supervisor> {
    const spare = this.#spare;
    this.#spare = this.#ready = undefined;
    const ready = await spare;
    // It may have died while it stood there.
    const taken = ready === undefined || ready.gone ? await this.#start() : ready;
    this.#makeReady();
    return taken;
  }

  /** Ends the one that stands ready, also if it is only being started; no other is made ready. */
  async close(): Promise<void> {
    this.#closed = true;
    const spare = this.#spare;
    this.#spare = this.#ready = undefined;
    await (await spare)?.close();
  }

  async #start(): Promise<Supervisor> {
    return (await Supervisor.start(this.#host)).supervisor;
  }

  #makeReady(): void {
    if (this.#closed || this.#spare !== undefined) return;
    const spare = this.#start().then(
      (supervisor) => {
        if (this.#spare === spare) this.#ready = supervisor;
        return supervisor;
      },
      // Whoever finds none starts one, and hears why that fails.
      () => undefined,
    );
    this.#spare = spare;
  }
}
