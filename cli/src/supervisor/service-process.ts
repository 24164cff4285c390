import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { COMPILE_CACHE } from '../compile-cache.ts';

/** How a service's process ended without being asked to. */
export interface ProcessEnd {
  /** E.g. "exit status 1" or "SIGKILL". */
  readonly exit: string;
  /** Until it is started again; undefined when it is not, because its settings are wrong and stay so. */
  readonly delayMs: number | undefined;
  /** Ends in a row of processes that lived but a short time, this one included. */
  readonly quickEnds: number;
}

/** How a service's process is started. */
export interface ServiceProcessOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Both output streams are appended to it. */
  readonly logFile: string;
  /** The process ended without being asked to, and is started again after `delayMs`, if at all. */
  readonly onEnd: (why: ProcessEnd) => void;
}

/** How a service ends whose settings are wrong: no new start heals that. */
const WRONG_SETTINGS = 'exit status 2';
const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** A process that lived as long starts with the shortest delay again. */
const STEADY_MS = 30_000;

/** TensorFlow's start-up remarks are no news in a log; compiled modules are kept for the next start. */
const DEFAULT_ENVIRONMENT = { TF_CPP_MIN_LOG_LEVEL: '2', NODE_COMPILE_CACHE: COMPILE_CACHE };

const PRELOAD = new URL('./exit-with-parent.ts', import.meta.url).href;

/**
 * A service's process, started again whenever it ends by itself, as a cluster would: at once the first time, then
 * later and later while it keeps dying. Exit status 2, for wrong settings, is final.
 */
export class ServiceProcess {
  readonly #options: ServiceProcessOptions;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #delayMs = FIRST_DELAY_MS;
  #restarts = 0;
  #quickEnds = 0;
  #logStart = 0;
  #firstExit: string | undefined;
  readonly #ended = Promise.withResolvers<void>();

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
    this.#start();
  }

  /** Process id; undefined between an end and the next start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Where in the log file the newest process's lines begin, bytes. */
  get logStart(): number {
    return this.#logStart;
  }

  /** How many times it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How it ended the first time, e.g. "exit status 1"; undefined while it never has. */
  get firstExit(): string | undefined {
    return this.#firstExit;
  }

  /** Resolves when it has ended for the first time. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  #start(): void {
    const { program, args, logFile } = this.#options;
    const log = openSync(logFile, 'a');
    this.#logStart = fstatSync(log).size;
    const startedAt = performance.now();
    // In a process group of its own, so that Ctrl-C reaches leti only, which then stops its services in order.
    const child = spawn(process.execPath, ['--import', PRELOAD, program, ...args], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...DEFAULT_ENVIRONMENT, ...process.env, LETI_SUPERVISOR_PID: String(process.pid) },
    });
    closeSync(log);
    this.#child = child;
    let ended = false;
    const end = (exit: string): void => {
      if (ended) return;
      ended = true;
      this.#child = undefined;
      this.#firstExit ??= exit;
      this.#ended.resolve();
      if (!this.#stopping) this.#restartLater(exit, performance.now() - startedAt);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (status, signal) => end(signal === null ? `exit status ${status}` : signal));
  }

  #restartLater(exit: string, livedMs: number): void {
    if (livedMs >= STEADY_MS) {
      this.#delayMs = FIRST_DELAY_MS;
      this.#quickEnds = 0;
    }
    this.#quickEnds += 1;
    if (exit === WRONG_SETTINGS) {
      this.#options.onEnd({ exit, delayMs: undefined, quickEnds: this.#quickEnds });
      return;
    }
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2);
    this.#options.onEnd({ exit, delayMs, quickEnds: this.#quickEnds });
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.#start();
    }, delayMs);
  }

  /** Asks it to drain (SIGTERM) and waits; ends it (SIGKILL) after `patienceMs`. It is not started again. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await exited;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
  }
}
