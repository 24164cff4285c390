import { InvalidProgramError, SandboxLostError, VerifierFailedError } from './errors.ts';
import type { SupervisorHost } from './supervisor-host.ts';
import { Supervisor, type BoundedProgram, type Verdict } from './supervisor.ts';

const ATTEMPTS = 2;

/** What a slot is made of. */
export interface SlotOptions {
  readonly host: SupervisorHost;
  /** Programs after which the sandbox is replaced by a fresh one. */
  readonly recycleAfter: number;
}

/** A place where one program runs at a time; replaces its sandbox when that is lost or old. */
export class Slot {
  readonly #options: SlotOptions;
  #supervisor: Supervisor | undefined;
  #judged = 0;

  constructor(options: SlotOptions, supervisor: Supervisor) {
    this.#options = options;
    this.#supervisor = supervisor;
  }

  /** Judges a program, if need be once again in a fresh sandbox. @throws {SandboxLostError} when that was lost too */
  async judge(program: BoundedProgram, signal: AbortSignal): Promise<Verdict> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        const supervisor = await this.#ready();
        this.#judged += 1;
        return await supervisor.judge(program, signal);
      } catch (error) {
        if (signal.aborted || isCallers(error)) throw error;
        await this.#drop();
        if (attempt < ATTEMPTS) continue;
        const message = `the sandbox was lost ${ATTEMPTS} times under one program`;
        throw new SandboxLostError(`${message}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #ready(): Promise<Supervisor> {
    if (this.#judged >= this.#options.recycleAfter) await this.#drop();
    if (this.#supervisor === undefined) {
      this.#supervisor = (await Supervisor.start(this.#options.host)).supervisor;
      this.#judged = 0;
    }
    return this.#supervisor;
  }

  async #drop(): Promise<void> {
    const supervisor = this.#supervisor;
    this.#supervisor = undefined;
    await supervisor?.close();
  }
}

/** Whether an error is about what the caller sent: the sandbox is whole, and another one would say the same. */
function isCallers(error: unknown): boolean {
  return error instanceof InvalidProgramError || error instanceof VerifierFailedError;
}
