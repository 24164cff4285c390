import { join } from 'node:path';
import { createRemoteJudge, createRemoteSampler, type Backoff, type Wait } from '@leti/clients';
import { benchmarkResultToProto, benchmarkSettingsFromProto, benchmarkSettingsToProto, FieldPath } from '@leti/convert';
import { PhaseClock, type BenchmarkResult, type BenchmarkSettings, type Problem } from '@leti/leti';
import {
  BenchmarkResult as ProtoBenchmarkResult,
  BenchmarkRun,
  BenchmarkRun_State,
  benchmarkRun_StateToJSON,
  type EvaluatorServiceService,
  type GeneratorServiceService,
} from '@leti/proto';
import { loadProblems } from '@leti/requests';
import { rpcErrorFrom, statusFromRpcError, type Logger, type RpcClient } from '@leti/rpc';
import { acquireRunLock, readProblems, writeProblems, writeJsonAtomically, type RunLock } from '@leti/runs';
import { executeRun } from './execute-run.ts';
import { resolveSettings, TASK_FIELD, type ResolvedSettings } from './resolve-settings.ts';
import { runFiles } from './run-files.ts';
import { hasEnded, RunStore, type RunPage } from './run-store.ts';
import { STATUSES } from './statuses.ts';

/** What runs need that outlives each of them. */
export interface BenchmarkRunsOptions {
  /** Folder of the run store. */
  readonly store: string;
  /** Where tasks look for official files unless a run says. */
  readonly dataFolder: string | undefined;
  readonly generator: RpcClient<typeof GeneratorServiceService>;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
  readonly logger: Logger;
  readonly backoff?: Backoff;
}

/** The run that is being executed. */
interface Active {
  readonly id: string;
  readonly abort: AbortController;
  problemsDone: number;
}

/**
 * The benchmark runs of a store: they are executed one at a time, in the order of their creation, and go on after the
 * last finished problem when the service was ended in between. One process at a time owns them.
 */
export class BenchmarkRuns {
  readonly #options: BenchmarkRunsOptions;
  readonly #store: RunStore;
  readonly #lock: RunLock;
  readonly #queue: string[] = [];
  readonly #wakes = new Map<string, PromiseWithResolvers<void>>();
  readonly #closing = new AbortController();
  /** Ends that could not be stored. */
  readonly #stuck = new Map<string, Partial<BenchmarkRun>>();
  #active: Active | undefined;
  #working: Promise<void> | undefined;

  private constructor(options: BenchmarkRunsOptions, store: RunStore, lock: RunLock) {
    this.#options = options;
    this.#store = store;
    this.#lock = lock;
  }

  /** Opens the store and goes on with what had not ended. @throws {RunLockedError} if another process owns it */
  static async open(options: BenchmarkRunsOptions): Promise<BenchmarkRuns> {
    const lock = await acquireRunLock(join(options.store, 'benchmarks'));
    try {
      const store = await RunStore.open(options.store, (runId, err) =>
        options.logger.error({ event: 'benchmark_run_unreadable', runId, err }),
      );
      const runs = new BenchmarkRuns(options, store, lock);
      runs.#queue.push(...(await store.unfinished()));
      runs.#work();
      return runs;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Makes a run and queues it, or returns the one that the request id made before.
   * @throws what {@link resolveSettings} throws; {InvalidRequestIdError} {StoreFullError}
   */
  async create(settings: BenchmarkSettings, requestId: string): Promise<BenchmarkRun> {
    const resolved = await resolveSettings(settings, this.#options.dataFolder);
    const { id, run, created } = await this.#store.create(
      BenchmarkRun.create({
        state: BenchmarkRun_State.QUEUED,
        settings: benchmarkSettingsToProto(resolved.settings),
        problemsTotal: resolved.problemsTotal,
      }),
      requestId,
    );
    // A crash between storing and queueing is made good at the next start.
    if (created) {
      this.#queue.push(id);
      this.#work();
    }
    return created ? run : this.get(id);
  }

  /** The run as it is now. @throws {RunNotFoundError} */
  async get(id: string): Promise<BenchmarkRun> {
    return this.#withProgress(id, await this.#store.get(id));
  }

  /** Newest first. @throws {InvalidPageTokenError} */
  async list(page: { readonly pageSize: number; readonly pageToken: string }): Promise<RunPage> {
    const { runs, nextPageToken } = await this.#store.list(page);
    return { runs: runs.map(({ id, run }) => ({ id, run: this.#withProgress(id, run) })), nextPageToken };
  }

  /** The run now and at every change, until it has ended; a slow reader sees the newest state only. @throws {RunNotFoundError} */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<BenchmarkRun> {
    const stop = Promise.withResolvers<void>();
    const end = (): void => stop.resolve();
    signal.addEventListener('abort', end, { once: true });
    try {
      while (!signal.aborted) {
        const { promise: change } = this.#wakeOf(id);
        const run = await this.get(id);
        yield run;
        if (hasEnded(run)) return;
        await Promise.race([change, stop.promise]);
      }
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** Ends a run that has not ended. @throws {RunNotFoundError} */
  async cancel(id: string): Promise<BenchmarkRun> {
    const problemsDone = this.#active?.id === id ? this.#active.problemsDone : undefined;
    const run = await this.#store.update(id, (before) => ({
      ...before,
      state: BenchmarkRun_State.CANCELLED,
      endTime: new Date(),
      problemsDone: problemsDone ?? before.problemsDone,
    }));
    if (this.#active?.id === id) this.#active.abort.abort(new Error('the run was cancelled'));
    this.#notify(id);
    return run;
  }

  /** Interrupts the run that is being executed, to go on at the next start, and lets another process own the store. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the service is shutting down'));
    await this.#working;
    await this.#lock.release();
  }

  /** The stored run with what this process knows better. */
  #withProgress(id: string, run: BenchmarkRun): BenchmarkRun {
    if (hasEnded(run)) return run;
    const problemsDone = this.#active?.id === id ? this.#active.problemsDone : run.problemsDone;
    return { ...run, problemsDone, ...this.#stuck.get(id) };
  }

  #work(): void {
    this.#working ??= this.#drainQueue().finally(() => {
      this.#working = undefined;
      // A run that was queued after the last look at the queue is not forgotten.
      if (this.#queue.length > 0 && !this.#closing.signal.aborted) this.#work();
    });
  }

  async #drainQueue(): Promise<void> {
    for (let id = this.#queue.shift(); id !== undefined && !this.#closing.signal.aborted; id = this.#queue.shift()) {
      try {
        await this.#execute(id);
      } catch (error) {
        // The store itself refuses, e.g. because the disk is full. Stored, the run stays as it is and goes on at the next
        // start; until then clients are told why it does not.
        this.#options.logger.error({ event: 'benchmark_run_stuck', runId: id, err: error });
        this.#stuck.set(id, failedBecause(error));
        this.#notify(id);
      }
    }
  }

  async #execute(id: string): Promise<void> {
    const { logger } = this.#options;
    const startTime = new Date();
    const run = await this.#store.update(id, (before) => ({
      ...before,
      state: BenchmarkRun_State.RUNNING,
      startTime: before.startTime ?? startTime,
    }));
    if (hasEnded(run)) return; // cancelled while it waited
    const active: Active = { id, abort: new AbortController(), problemsDone: run.problemsDone };
    this.#active = active;
    this.#notify(id);
    logger.info({ event: 'benchmark_run_started', runId: id, problemsTotal: run.problemsTotal });
    let end: Partial<BenchmarkRun>;
    try {
      const result = await this.#score(run, active);
      end = { state: BenchmarkRun_State.SUCCEEDED, result: benchmarkResultToProto(result) };
    } catch (error) {
      if (this.#closing.signal.aborted || active.abort.signal.aborted) {
        logger.info({
          event: 'benchmark_run_interrupted',
          runId: id,
          reason: (active.abort.signal.reason ?? this.#closing.signal.reason)?.message,
        });
        return;
      }
      logger.error({ event: 'benchmark_run_failed', runId: id, err: error });
      end = failedBecause(error);
    } finally {
      this.#active = undefined;
    }
    await this.#store.update(id, (before) => ({
      ...before,
      ...end,
      problemsDone: active.problemsDone,
      endTime: new Date(),
    }));
    logger.info({ event: 'benchmark_run_ended', runId: id, state: end.state && benchmarkRun_StateToJSON(end.state) });
    this.#notify(id);
  }

  async #score(run: BenchmarkRun, active: Active): Promise<BenchmarkResult> {
    const { generator, evaluator, logger } = this.#options;
    const settings = FieldPath.validated((at) =>
      benchmarkSettingsFromProto(run.settings, at.field('settings')),
    ) as ResolvedSettings;
    const files = runFiles(run.storePath);
    const clock = new PhaseClock(() => performance.now());
    const onWait = ({ service, reason, attempt, delayMs }: Wait): void => {
      if (attempt === 1) logger.warn({ event: 'waiting', runId: active.id, for: service, reason });
      setTimeout(clock.start('wait'), delayMs).unref();
    };
    const patience = { onWait, ...(this.#options.backoff !== undefined && { backoff: this.#options.backoff }) };
    const result = await executeRun(
      {
        settings,
        problems: await problemsOf(settings, files.problems),
        files,
        sampler: createRemoteSampler({ client: generator, sampling: settings.sampling, ...patience }),
        judge: createRemoteJudge({ client: evaluator, limits: settings.limits, ...patience }),
        clock,
        onProgress: (problemsDone) => {
          active.problemsDone = problemsDone;
          this.#notify(active.id);
        },
      },
      AbortSignal.any([active.abort.signal, this.#closing.signal]),
    );
    await writeJsonAtomically(files.result, ProtoBenchmarkResult.toJSON(benchmarkResultToProto(result)));
    return result;
  }

  #wakeOf(id: string): PromiseWithResolvers<void> {
    const wake = this.#wakes.get(id) ?? Promise.withResolvers<void>();
    this.#wakes.set(id, wake);
    return wake;
  }

  /** Wakes everybody who watches the run. */
  #notify(id: string): void {
    this.#wakes.get(id)?.resolve();
    this.#wakes.delete(id);
  }
}

function failedBecause(error: unknown): Partial<BenchmarkRun> {
  return { state: BenchmarkRun_State.FAILED, error: statusFromRpcError(rpcErrorFrom(error, STATUSES)) };
}

/** The problems as the run took them when it first started. */
async function problemsOf({ task }: ResolvedSettings, path: string): Promise<readonly Problem[]> {
  const written = await readProblems(path);
  if (written.length > 0) return written;
  const problems = await loadProblems(task, TASK_FIELD);
  await writeProblems(path, problems);
  return problems;
}
