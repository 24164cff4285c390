import { join } from 'node:path';
import { BenchmarkRun, BenchmarkRun_State } from '@leti/proto';
import { runName } from '@leti/requests';
import { CorruptStoreError, ResourceStore, type StoredRun } from '@leti/runs';

/** Some of the runs. */
export interface RunPage {
  readonly runs: readonly { readonly id: string; readonly run: BenchmarkRun }[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Benchmark runs in a folder, `benchmarks/<id>/run.json`: what is stored is the message that clients get, in protobuf's
 * JSON. Anything may read; one process writes.
 */
export class RunStore {
  readonly #store: ResourceStore<unknown>;
  readonly #unreadable: (id: string, error: CorruptStoreError) => void;

  private constructor(store: ResourceStore<unknown>, unreadable: (id: string, error: CorruptStoreError) => void) {
    this.#store = store;
    this.#unreadable = unreadable;
  }

  /**
   * @param folder of the run store; created if missing
   * @param unreadable is told of runs that list() and unfinished() leave out because they cannot be read
   * @throws {StoreFullError}
   */
  static async open(folder: string, unreadable: (id: string, error: CorruptStoreError) => void): Promise<RunStore> {
    const store = await ResourceStore.open({
      folder: join(folder, 'benchmarks'),
      parse: requireRun,
      onUnreadable: unreadable,
    });
    return new RunStore(store, unreadable);
  }

  /** Absolute if the store is. @throws {RunNotFoundError} when no run can have this id */
  folderOf(id: string): string {
    return this.#store.folderOf(id);
  }

  /** Stores a run, or returns the one that the request id made before. @throws {InvalidRequestIdError} @throws {StoreFullError} */
  async create(
    run: BenchmarkRun,
    requestId: string,
  ): Promise<{ readonly id: string; readonly run: BenchmarkRun; readonly created: boolean }> {
    const { run: stored, created } = await this.#store.create(BenchmarkRun.toJSON(run), { requestId });
    return { id: stored.id, run: this.#message(stored), created };
  }

  /** @throws {RunNotFoundError} @throws {CorruptStoreError} */
  async get(id: string): Promise<BenchmarkRun> {
    return this.#message(await this.#store.get(id));
  }

  /** Newest first. @throws {InvalidPageTokenError} */
  async list(page: { readonly pageSize: number; readonly pageToken: string }): Promise<RunPage> {
    const { runs, nextPageToken } = await this.#store.list(page);
    return { runs: runs.map((run) => ({ id: run.id, run: this.#message(run) })), nextPageToken };
  }

  /** Ids of the runs that have not ended, oldest first, without those that cannot be read. */
  async unfinished(): Promise<string[]> {
    const found: string[] = [];
    for (const id of (await this.#store.ids()).toReversed()) {
      try {
        if (!hasEnded(await this.get(id))) found.push(id);
      } catch (error) {
        if (!(error instanceof CorruptStoreError)) throw error;
        this.#unreadable(id, error);
      }
    }
    return found;
  }

  /** Changes a run that has not ended; one that has stays as it is, and is returned. @throws {StoreFullError} */
  async update(id: string, change: (run: BenchmarkRun) => BenchmarkRun): Promise<BenchmarkRun> {
    const stored = await this.#store.update(id, (value) => {
      const run = BenchmarkRun.fromJSON(value);
      return hasEnded(run) ? value : BenchmarkRun.toJSON(change(run));
    });
    return this.#message(stored);
  }

  #message({ id, createTime, value }: StoredRun<unknown>): BenchmarkRun {
    return {
      ...BenchmarkRun.fromJSON(value),
      name: runName('benchmarkRuns', id),
      createTime,
      storePath: this.folderOf(id),
    };
  }
}

/** JSON that holds a run, as it is. @throws {TypeError} when it holds none */
function requireRun(json: unknown): unknown {
  const { state, settings } = BenchmarkRun.fromJSON(json);
  if (state <= BenchmarkRun_State.UNSPECIFIED || settings === undefined)
    throw new TypeError('want a benchmark run with state and settings');
  return json;
}

/** Whether a run is in a state that it never leaves. */
export function hasEnded({ state }: BenchmarkRun): boolean {
  return state !== BenchmarkRun_State.QUEUED && state !== BenchmarkRun_State.RUNNING;
}
