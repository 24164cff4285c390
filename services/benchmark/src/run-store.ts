import { join } from 'node:path';
import { BenchmarkRun, BenchmarkRun_State } from '@leti/proto';
import { ResourceStore, type StoredRun } from '@leti/runs';
import { runName } from './run-name.ts';

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

  private constructor(store: ResourceStore<unknown>) {
    this.#store = store;
  }

  /** @param folder of the run store; created if missing @throws {StoreFullError} */
  static async open(folder: string): Promise<RunStore> {
    return new RunStore(await ResourceStore.open({ folder: join(folder, 'benchmarks') }));
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

  /** Ids of the runs that have not ended, oldest first. One that cannot be read is told to `unreadable` and left out. */
  async unfinished(unreadable: (id: string, error: unknown) => void): Promise<string[]> {
    const found: string[] = [];
    for (const id of (await this.#store.ids()).toReversed()) {
      try {
        if (!hasEnded(await this.get(id))) found.push(id);
      } catch (error) {
        unreadable(id, error);
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
    return { ...BenchmarkRun.fromJSON(value), name: runName(id), createTime, storePath: this.folderOf(id) };
  }
}

/** Whether a run is in a state that it never leaves. */
export function hasEnded({ state }: BenchmarkRun): boolean {
  return state !== BenchmarkRun_State.QUEUED && state !== BenchmarkRun_State.RUNNING;
}
