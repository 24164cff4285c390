import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Evaluation, Limits, Program } from '@leti/leti';
import { InvalidProgramError, NoIsolationError, VerifierFailedError } from './errors.ts';
import { type Harm, harmOf } from './due.ts';
import { encodeFrame, readFrames } from './frames.ts';
import type { Runtime } from './runtime.ts';
import type { Launch, SupervisorHost } from './supervisor-host.ts';
import { sweepProcesses } from './sweep-processes.ts';
import { treeCpuSeconds } from './tree-cpu.ts';

/** What a supervisor says about itself. */
export interface SupervisorInfo {
  readonly runtime: Runtime;
  readonly runtimeVersion: string;
  readonly pythonVersion: string;
  readonly caveats: readonly string[];
}

/** A program with every limit given. */
export type BoundedProgram = Omit<Program, 'limits'> & { readonly limits: Limits };

/** A verdict without the caller's id. */
export type Verdict = Omit<Evaluation, 'programId'>;

/** The supervisor or its sandbox is gone; there is no verdict. */
export class SupervisorGoneError extends Error {
  override readonly name = 'SupervisorGoneError';
}

/** A verdict, and what decides whether it may be given again. */
export interface Judged {
  readonly verdict: Verdict;
  /** Whether it is over its CPU limit on a machine so busy that the kernel in the sandbox had counted too much for it. */
  readonly overcounted?: boolean | undefined;
}

/** What a supervisor has to say on a program it has run. The verdict is missing when the end may have been the machine's doing. */
export interface End extends Partial<Judged> {
  /** Why there is no verdict. */
  readonly ambiguous?: string;
}

interface Answer {
  readonly ready?: SupervisorInfo;
  readonly unable?: string;
  readonly id?: number;
  readonly evaluation?: Omit<Verdict, 'failedTestIndex' | 'executions'> & { failedTestIndex: number | null };
  readonly ambiguous?: string;
  readonly violation?: string | null;
  readonly overcounted?: boolean;
  readonly alive?: number;
  readonly ask?: number;
  readonly cancelled?: true;
  readonly refused?: { readonly field: string; readonly description: string; readonly failed: boolean };
  readonly lost?: string;
}

const START_MS = 60_000;
/** A supervisor that runs a program says every second that it is there. Much longer, for the machine may be overloaded. */
const SILENCE_MS = 10_000;
const PIPES_MS = 200;
const MAX_STDERR = 4_000;

/** One slot's trusted Python process with both fork servers below it; judges one program at a time. */
export class Supervisor {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<void>;
  readonly #launch: Launch;
  #waiting: PromiseWithResolvers<Answer>;
  #silence: NodeJS.Timeout | undefined;
  #stderr = '';
  #harm: Harm | undefined;
  #gone = false;
  /** Whether CPU time counts as this side sees it, for the kernel in the sandbox counts too much. */
  #countsOutside = false;
  #nextId = 1;

  private constructor(launch: Launch) {
    this.#launch = launch;
    const { command, args, env } = launch;
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#waiting = Promise.withResolvers();
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', () => {
        resolve();
        // What a killed supervisor leaves behind for a moment may hold its pipes open.
        setTimeout(() => {
          this.#process.stdout.destroy();
          this.#process.stderr.destroy();
        }, PIPES_MS);
      });
      this.#process.once('error', (error) => {
        this.#stderr += error.message;
        resolve();
      });
    });
    this.#process.stdin.on('error', () => {});
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR);
    });
    void this.#read();
  }

  /**
   * Starts a slot's supervisor and waits until its fork servers are warm.
   * @throws {NoIsolationError} when the runtime cannot work here, with the reason
   */
  static async start(host: SupervisorHost): Promise<{ supervisor: Supervisor; info: SupervisorInfo }> {
    const supervisor = new Supervisor(await host.launch());
    const timer = setTimeout(() => supervisor.#process.kill('SIGKILL'), START_MS);
    try {
      const answer = await supervisor.#answer();
      if (answer.ready !== undefined) {
        supervisor.#countsOutside = answer.ready.runtime === 'gvisor';
        return { supervisor, info: answer.ready };
      }
      throw new NoIsolationError(answer.unable ?? 'the supervisor did not start');
    } catch (error) {
      supervisor.#process.kill('SIGKILL');
      await supervisor.close();
      if (error instanceof SupervisorGoneError) throw new NoIsolationError(error.message);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether its process has ended. */
  get gone(): boolean {
    return this.#gone;
  }

  /** What its programs have made of its sandbox so far: the worst of it. */
  get harm(): Harm | undefined {
    return this.#harm;
  }

  /**
   * Runs a program. A supervisor that falls silent meanwhile is killed.
   * @param options.again whether it is the second run, after an ambiguous end
   * @param options.roundSeconds as in SlotOptions
   * @param options.signal kills it; the promise then rejects with the signal's reason
   * @throws {SupervisorGoneError} @throws {InvalidProgramError} @throws {VerifierFailedError}
   */
  async judge(
    program: BoundedProgram,
    { again, roundSeconds, signal }: { again: boolean; roundSeconds: number; signal: AbortSignal },
  ): Promise<End> {
    const id = this.#nextId++;
    const { programId: _, ...judged } = program;
    const cancel = (): void => void this.#process.stdin.write(encodeFrame({ cancel: id }));
    const used = this.#countsOutside ? this.#usedSeconds() : undefined;
    this.#process.stdin.write(encodeFrame({ id, program: judged, again, roundSeconds, used }));
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    this.#silence = setTimeout(() => this.#kill(`it said nothing for ${SILENCE_MS / 1000} s`), SILENCE_MS);
    try {
      const answer = await this.#answer();
      const { evaluation, violation, ambiguous, overcounted, cancelled, refused, lost } = answer;
      if (answer.id !== id) throw new SupervisorGoneError(`the supervisor answered ${answer.id} when asked for ${id}`);
      if (lost !== undefined) throw new SupervisorGoneError(lost);
      if (this.#harm !== 'doubt') this.#harm = harmOf(violation) ?? this.#harm;
      if (cancelled === true) signal.throwIfAborted();
      if (refused !== undefined) throw refusal(refused);
      if (ambiguous !== undefined) return { ambiguous };
      if (evaluation === undefined) throw new SupervisorGoneError('the supervisor gave no evaluation');
      const { failedTestIndex, ...rest } = evaluation;
      const verdict = { ...rest, failedTestIndex: failedTestIndex ?? undefined, executions: 1 };
      return { verdict, overcounted };
    } finally {
      clearTimeout(this.#silence);
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends the supervisor and all below it. */
  async close(): Promise<void> {
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000);
    await this.#exited;
    clearTimeout(timer);
    await sweepProcesses(this.#launch.token);
    await this.#launch.dispose();
  }

  #tellUsed(asked: number): void {
    this.#process.stdin.write(encodeFrame({ asked, used: this.#usedSeconds() }));
  }

  #usedSeconds(): number {
    return treeCpuSeconds(this.#process.pid ?? 0);
  }

  #kill(reason: string): void {
    this.#stderr += reason;
    this.#process.kill('SIGKILL');
  }

  async #answer(): Promise<Answer> {
    try {
      return await this.#waiting.promise;
    } finally {
      if (!this.#gone) this.#waiting = Promise.withResolvers();
    }
  }

  async #read(): Promise<void> {
    try {
      for await (const frame of readFrames(this.#process.stdout)) {
        this.#silence?.refresh();
        const answer = frame as Answer;
        if (answer.ask !== undefined) this.#tellUsed(answer.ask);
        else if (answer.alive === undefined) this.#waiting.resolve(answer);
      }
    } catch (error) {
      this.#kill(String(error));
    }
    await this.#exited;
    this.#gone = true;
    this.#waiting.reject(
      new SupervisorGoneError(`the sandbox's supervisor ended${this.#stderr && `: ${this.#stderr}`}`),
    );
    // Nobody may be waiting just then.
    this.#waiting.promise.catch(() => {});
  }
}

function refusal({ field, description, failed }: NonNullable<Answer['refused']>): Error {
  return failed ? new VerifierFailedError(`${field} ${description}`) : new InvalidProgramError(field, description);
}
