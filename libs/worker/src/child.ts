import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ParentMessage, WorkerMessage } from './messages.ts';
import { errorFromWire, type RevivableError } from './wire-error.ts';
import { WorkerCrashedError, WorkerStoppedError, type WorkerExit } from './worker-errors.ts';

/** What a child process is made of. */
export interface ChildOptions {
  readonly url: URL;
  readonly name: string;
  readonly defaultEnv: Readonly<Record<string, string>>;
  readonly execArgv: readonly string[];
  readonly errors: readonly RevivableError[];
  readonly onOutput: (line: string) => void;
}

/** What a call may have beside its request. */
export interface ChildCall {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: unknown) => void) | undefined;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: (progress: unknown) => void;
}

const KEPT_LINES = 20;
/** For the last lines of output to arrive after the exit; a grandchild may hold the pipe open for ever. */
const OUTPUT_GRACE_MS = 200;

/** One life of a worker: from fork to exit. */
export class Child {
  /** Resolves when the worker can take calls; rejects with WorkerCrashedError when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended and every call in it has been told. */
  readonly exited: Promise<WorkerExit>;
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #stderr: string[] = [];
  #nextId = 1;
  #stopping = false;
  #exit: WorkerExit | undefined;

  constructor(options: ChildOptions) {
    this.#options = options;
    const child = fork(fileURLToPath(options.url), {
      serialization: 'advanced',
      // A child is this program in another process: it has the same environment.
      env: { ...options.defaultEnv, ...process.env },
      execArgv: [...options.execArgv],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    this.ready = ready;
    ready.catch(() => {}); // whoever waits for it handles it
    child.on('message', (message: WorkerMessage) => {
      if (message.type === 'ready') resolve();
      else this.#receive(message);
    });
    child.on('error', () => {}); // a failed fork or send is followed by an exit
    this.#keepLines(child);
    this.exited = exitOf(child, this.#stderr).then((exit) => {
      this.#exit = exit;
      const error = this.#endError(exit);
      reject(error);
      for (const pending of this.#pending.values()) pending.reject(error);
      this.#pending.clear();
      return exit;
    });
  }

  /** Whether the process takes calls. */
  get alive(): boolean {
    return this.#exit === undefined && this.#process.connected && !this.#stopping;
  }

  /** Whether it was asked to end. */
  get stopping(): boolean {
    return this.#stopping;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Runs a method in the worker. Rejects with the handler's error, the signal's reason, or WorkerCrashedError. */
  call(method: string, request: unknown, { signal, onProgress = () => {} }: ChildCall): Promise<unknown> {
    if (this.#exit !== undefined) return Promise.reject(this.#endError(this.#exit));
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const abort = (): void => {
      // Told at once: a native call may keep the worker from hearing of it for seconds.
      this.#pending.delete(id);
      this.#send({ type: 'abort', id });
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#pending.set(id, { resolve, reject, onProgress });
    try {
      this.#process.send({ type: 'call', id, method, request } satisfies ParentMessage, () => {});
    } catch (error) {
      // A closed channel is about to be followed by the exit, which rejects; anything else is the request's fault.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_IPC_CHANNEL_CLOSED') {
        this.#pending.delete(id);
        reject(error);
      }
    }
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Ends the process: asks first, kills after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  #send(message: ParentMessage): void {
    if (!this.#process.connected) return;
    try {
      this.#process.send(message, () => {});
    } catch {
      // the channel closed just now
    }
  }

  #receive(message: Exclude<WorkerMessage, { type: 'ready' }>): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return; // aborted in the meantime
    if (message.type === 'progress') {
      try {
        pending.onProgress(message.value);
      } catch (error) {
        this.#pending.delete(message.id);
        this.#send({ type: 'abort', id: message.id });
        pending.reject(error);
      }
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === 'result') pending.resolve(message.value);
    else pending.reject(errorFromWire(message.error, this.#options.errors));
  }

  #keepLines(child: ChildProcess): void {
    const { onOutput } = this.#options;
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onOutput);
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#stderr.push(line);
      if (this.#stderr.length > KEPT_LINES) this.#stderr.shift();
      onOutput(line);
    });
  }

  #endError(exit: WorkerExit): Error {
    const { name } = this.#options;
    return this.#stopping ? new WorkerStoppedError(name) : new WorkerCrashedError(name, exit);
  }
}

async function exitOf(child: ChildProcess, stderr: readonly string[]): Promise<WorkerExit> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, by) => resolve([code, by]));
    child.once('error', () => {
      if (child.pid === undefined) resolve([null, null]); // the fork itself failed
    });
  });
  await Promise.race([closed, sleep(OUTPUT_GRACE_MS)]);
  return { exitCode, signal, stderr };
}
