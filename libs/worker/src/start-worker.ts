import { setTimeout as sleep } from 'node:timers/promises';
import { Child, type ChildCall } from './child.ts';
import type { ProgressOf, RequestOf, ResponseOf, WorkerHandlers } from './handlers.ts';
import type { RevivableError } from './wire-error.ts';
import { WorkerStoppedError, type WorkerExit } from './worker-errors.ts';

/** What bounds one call. */
export interface WorkerCallOptions<Progress> {
  /** Rejects the call at once with the signal's reason, and tells the worker. */
  readonly signal?: AbortSignal | undefined;
  /** Gets what the handler emits or yields, in order, before the call resolves. What it throws fails the call. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Calls into a worker. */
export interface WorkerCalls<H extends WorkerHandlers> {
  /**
   * Runs a handler in the worker.
   * @throws the handler's error, of its own class if that is among `errors`; {WorkerCrashedError} when the process
   *   ended under it; {WorkerStoppedError}; the signal's reason
   */
  call<M extends keyof H & string>(
    method: M,
    request: RequestOf<H[M]>,
    options?: WorkerCallOptions<ProgressOf<H[M]>>,
  ): Promise<ResponseOf<H[M]>>;
}

/** How a worker is started and kept. */
export interface StartWorkerOptions<H extends WorkerHandlers> {
  /** Stands in messages. */
  readonly name: string;
  /** Variables for the worker beside those of this process, whose own values win: they are the user's. @default none */
  readonly defaultEnv?: Readonly<Record<string, string>>;
  /** Flags for Node, e.g. `--max-old-space-size=4096`. @default none */
  readonly execArgv?: readonly string[];
  /** Error classes that keep their class on the way here. */
  readonly errors?: readonly RevivableError[];
  /** Brings every new process into its state, e.g. loads the weights, before any other call reaches it. */
  readonly initialize?: (worker: WorkerCalls<H>) => Promise<void>;
  /** Told of every end. */
  readonly onExit?: (exit: WorkerEnd) => void;
  /** Gets the lines that the worker writes. @default written to standard error */
  readonly onOutput?: (line: string) => void;
  /**
   * Wait before the start after the n-th crash in a row, milliseconds: first × 2^(n-1), at most max. A failed
   * `initialize` counts as one.
   */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

/** How a process ended, and why as far as this side knows. */
export interface WorkerEnd extends WorkerExit {
  /** Whether stop() was called. */
  readonly expected: boolean;
  /** What `initialize` threw, for a process that was ended because of that. */
  readonly initializeError?: unknown;
}

/** A worker process, started anew by the next call after a crash. */
export interface Worker<H extends WorkerHandlers> extends WorkerCalls<H> {
  /** Resolves when a process is up and initialised; starts one if none is. */
  ready(): Promise<void>;
  /** Process id; undefined while none runs. */
  readonly pid: number | undefined;
  /** Ends the process in order, by force after `graceMs` (5000). Calls that run and later calls fail. Idempotent. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Starts a module, whose last line is runWorker(handlers), as a process of its own. Give the handlers' type:
 * `startWorker<typeof handlers>(new URL('./model-worker.ts', import.meta.url), { name: 'model' })`.
 */
export function startWorker<H extends WorkerHandlers>(url: URL, options: StartWorkerOptions<H>): Worker<H> {
  const { name, defaultEnv = {}, execArgv = [], errors = [], initialize, onExit, backoff } = options;
  const { firstMs, maxMs } = backoff ?? { firstMs: 100, maxMs: 10_000 };
  const onOutput = options.onOutput ?? ((line: string): void => void process.stderr.write(`${line}\n`));
  const stopping = new AbortController();
  let crashes = 0;
  let newest: Child | undefined;
  let usable: Promise<Child> | undefined; // the process that calls go to, from its start to its end

  const callsOf = (acquire: () => Promise<Child>, onSuccess: () => void): WorkerCalls<H> => ({
    call: async (method, request, call = {}) => {
      call.signal?.throwIfAborted();
      const child = await acquire();
      const result = await child.call(method, request, call as ChildCall);
      onSuccess();
      return result as ResponseOf<H[typeof method]>;
    },
  });
  const start = async (): Promise<Child> => {
    if (crashes > 0) {
      const delayMs = Math.min(maxMs, firstMs * 2 ** (crashes - 1));
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {
        throw new WorkerStoppedError(name);
      });
    }
    const child = new Child({ url, name, defaultEnv, execArgv, errors, onOutput });
    newest = child;
    let failure: Pick<WorkerEnd, 'initializeError'> = {};
    void child.exited.then((exit) => {
      usable = undefined;
      const expected = stopping.signal.aborted;
      if (!expected) crashes++;
      onExit?.({ ...exit, expected, ...failure });
    });
    await child.ready;
    try {
      await initialize?.(
        callsOf(
          () => Promise.resolve(child),
          () => {},
        ),
      );
    } catch (error) {
      failure = { initializeError: error };
      await child.stop(0); // half initialised is of no use
      throw error;
    }
    return child;
  };
  const acquire = (): Promise<Child> => {
    if (stopping.signal.aborted) return Promise.reject(new WorkerStoppedError(name));
    if (usable === undefined) {
      const started = start();
      usable = started;
      started.catch(() => {
        if (usable === started) usable = undefined;
      });
    }
    return usable;
  };
  return {
    ...callsOf(acquire, () => {
      crashes = 0;
    }),
    ready: async () => {
      await acquire();
    },
    get pid() {
      return newest?.alive === true ? newest.pid : undefined;
    },
    stop: async ({ graceMs = 5_000 } = {}) => {
      stopping.abort();
      await newest?.stop(graceMs);
    },
  };
}
