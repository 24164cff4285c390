import { join } from 'node:path';
import { isFinalState, type PinnedCheckpoint, type RecordedTrainingRunEvent, type TrainingSettings } from '@leti/leti';
import type { Logger } from '@leti/rpc';
import { acquireRunLock, CorruptStoreError, ResourceStore, type RunLock } from '@leti/runs';
import { executeRun, type RunMachinery } from './execute-run.ts';
import { isPrepared, prepareRun, writeReserve } from './prepare-run.ts';
import { type ResolvedRun, resolveRun } from './resolve-run.ts';
import { RunJournal, type TrainingRunView } from './run-journal.ts';
import { runFailure } from './run-failure.ts';
import {
  newRecord,
  parseRecord,
  recordError,
  RunNotResumableError,
  type TrainingRunRecord,
} from './training-run-record.ts';

export interface TrainingRunsOptions {
  /** The run store; runs lie in its sub-folder `runs`. */
  readonly store: string;
  /** Where tasks look for official files unless a run's settings say. */
  readonly dataFolder: string | undefined;
  readonly machinery: RunMachinery;
  readonly logger: Logger;
}

class CancelledError extends Error {
  override readonly name = 'CancelledError';
}
class ClosingError extends Error {
  override readonly name = 'ClosingError';
}

/**
 * The training runs of a store, and the queue: one run at a time, first come first served. The store is the truth; what
 * a trainer that died left running or queued goes on when the next one opens it.
 */
export class TrainingRuns {
  readonly #options: TrainingRunsOptions;
  readonly #store: ResourceStore<TrainingRunRecord>;
  readonly #journal: RunJournal;
  readonly #lock: RunLock;
  readonly #queue: string[] = [];
  #active: { readonly id: string; readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #creating: Promise<unknown> = Promise.resolve();
  #closing = false;

  private constructor(options: TrainingRunsOptions, store: ResourceStore<TrainingRunRecord>, lock: RunLock) {
    this.#options = options;
    this.#store = store;
    this.#journal = new RunJournal(store);
    this.#lock = lock;
  }

  /**
   * Opens the store and goes on with what is running or queued in it.
   * @throws {RunLockedError} when another process has the store open; {CorruptStoreError}; {StoreFullError}
   */
  static async open(options: TrainingRunsOptions): Promise<TrainingRuns> {
    const folder = join(options.store, 'runs');
    const store = await ResourceStore.open({
      folder,
      parse: parseRecord,
      onUnreadable: (runId, err) => options.logger.error({ event: 'run_unreadable', runId, err }),
    });
    const lock = await acquireRunLock(folder);
    const runs = new TrainingRuns(options, store, lock);
    try {
      await runs.#recover();
    } catch (error) {
      await runs.close();
      throw error;
    }
    return runs;
  }

  /**
   * Makes a run and queues it. A request id that was used before gives the run it made then.
   * @throws what {@link resolveRun} throws; {InvalidRequestIdError}; {StoreFullError}
   */
  async create(settings: TrainingSettings, requestId: string): Promise<TrainingRunView> {
    const resolved = await resolveRun(settings, this.#options.dataFolder);
    // One after the other: a retry then finds what the first call did, whole or not at all.
    const turn = this.#creating.then(() => this.#create(resolved, requestId));
    this.#creating = turn.catch(() => {});
    return turn;
  }

  async #create(resolved: ResolvedRun, requestId: string): Promise<TrainingRunView> {
    const { run } = await this.#store.create(newRecord(resolved), { requestId });
    const folder = this.#store.folderOf(run.id);
    if (!(await isPrepared(folder))) await prepareRun(folder, { ...resolved, corpusDigest: run.value.corpusDigest });
    if (run.value.state === 'queued' && (await this.#journal.open(run.id)).lastNumber === 0)
      await this.#enqueue(run.id);
    return this.get(run.id);
  }

  /** @throws {RunNotFoundError} */
  get(id: string): Promise<TrainingRunView> {
    return this.#journal.get(id);
  }

  /** Newest first. @throws {InvalidPageTokenError} */
  list(page: Parameters<RunJournal['list']>[0]): ReturnType<RunJournal['list']> {
    return this.#journal.list(page);
  }

  /** The events after a number; goes on until the run comes to rest. @throws {RunNotFoundError} */
  watch(id: string, after: number, signal: AbortSignal): AsyncGenerator<RecordedTrainingRunEvent> {
    return this.#journal.watch(id, after, signal);
  }

  /** Asks a run to stop; a run that has ended stays as it is. @throws {RunNotFoundError} */
  async cancel(id: string): Promise<TrainingRunView> {
    const { state } = await this.get(id);
    if (isFinalState(state)) return this.get(id);
    await this.#store.update(id, (record) => ({ ...record, cancelRequested: true }));
    if (this.#active?.id === id) this.#active.stop.abort(new CancelledError('the run was cancelled'));
    else if (this.#dequeue(id)) await this.#journal.rest(id, { state: 'cancelled' });
    return this.get(id);
  }

  /** Queues a failed or cancelled run again. @throws {RunNotResumableError} @throws {RunNotFoundError} */
  async resume(id: string): Promise<TrainingRunView> {
    await writeReserve((await this.get(id)).folder);
    // Decided within the update, of which there is one at a time: two calls at once queue the run once.
    await this.#journal.update(id, (record) => {
      const { state } = record;
      if (state !== 'failed' && state !== 'cancelled') throw new RunNotResumableError(id, state);
      return { ...record, state: 'queued', error: null, endTime: null, cancelRequested: false, queueTime: new Date() };
    });
    await this.#enqueue(id);
    return this.get(id);
  }

  /** Stops the run in progress, which goes on when the store is opened again, and lets another trainer in. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#active?.stop.abort(new ClosingError('the trainer is shutting down'));
    await this.#active?.done;
    await this.#journal.close();
    await this.#lock.release();
  }

  async #recover(): Promise<void> {
    const waiting: TrainingRunView[] = [];
    for (const id of await this.#store.ids()) {
      try {
        const run = await this.get(id);
        if (!isFinalState(run.state)) waiting.push(run);
      } catch (error) {
        if (!(error instanceof CorruptStoreError)) throw error;
        this.#options.logger.error({ event: 'run_unreadable', runId: id, err: error }); // no reason to stop the others
      }
    }
    const rank = ({ state }: TrainingRunView): number => (state === 'running' ? 0 : 1);
    waiting.sort((a, b) => rank(a) - rank(b) || a.queueTime.getTime() - b.queueTime.getTime());
    for (const { id, state, cancelRequested } of waiting) {
      const log = await this.#journal.open(id);
      if (cancelRequested) await this.#journal.rest(id, { state: 'cancelled' });
      else {
        if (state === 'running')
          await log.append({ kind: 'notice', message: 'goes on after a restart of the trainer' });
        else if (log.lastNumber === 0) await log.append({ kind: 'state_changed', state: 'queued' });
        this.#queue.push(id);
      }
    }
    this.#next();
  }

  async #enqueue(id: string): Promise<void> {
    const log = await this.#journal.open(id);
    await log.append({ kind: 'state_changed', state: 'queued' });
    this.#queue.push(id);
    this.#next();
  }

  #dequeue(id: string): boolean {
    const at = this.#queue.indexOf(id);
    if (at >= 0) this.#queue.splice(at, 1);
    return at >= 0;
  }

  #next(): void {
    if (this.#closing || this.#active !== undefined) return;
    const id = this.#queue.shift();
    if (id === undefined) return;
    const stop = new AbortController();
    const done = this.#run(id, stop.signal).finally(() => {
      this.#active = undefined;
      this.#next();
    });
    this.#active = { id, stop, done };
  }

  /** Brings a run from the queue to its end; never throws. */
  async #run(id: string, signal: AbortSignal): Promise<void> {
    const logger = this.#options.logger.child({ runId: id });
    try {
      logger.info({ event: 'run_started' });
      await this.#execute(id, logger, signal);
      await this.#journal.rest(id, { state: 'succeeded' });
      logger.info({ event: 'run_succeeded' });
    } catch (thrown) {
      // What is thrown after a stop is the stop's echo, whatever its type.
      const error: unknown = signal.aborted ? signal.reason : thrown;
      if (error instanceof ClosingError) return logger.info({ event: 'run_suspended' });
      if (error instanceof CancelledError) {
        logger.info({ event: 'run_cancelled' });
        return this.#journal.restWhatever(id, { state: 'cancelled' }, logger);
      }
      const failure = runFailure(error);
      logger.error({ event: 'run_failed', code: failure.code, reason: failure.reason, err: error });
      await this.#journal.restWhatever(id, { state: 'failed', error: recordError(failure) }, logger);
    }
  }

  async #execute(id: string, logger: Logger, signal: AbortSignal): Promise<void> {
    const folder = this.#store.folderOf(id);
    const log = await this.#journal.open(id);
    const { settings, corpusDigest, state, startTime, cancelRequested } = await this.get(id);
    // Asked for before the run stood in the queue, where cancel() could have taken it out.
    if (cancelRequested) throw new CancelledError('the run was cancelled');
    if (state !== 'running') {
      await log.append({ kind: 'state_changed', state: 'running' });
      await this.#store.update(id, (record) => ({ ...record, state: 'running', startTime: startTime ?? new Date() }));
    }
    // Created, but the trainer died before it had written all.
    if (!(await isPrepared(folder)))
      await prepareRun(folder, { ...(await resolveRun(settings, this.#options.dataFolder)), corpusDigest });
    await executeRun(
      {
        folder,
        settings,
        corpusDigest,
        told: (await log.read()).map(({ event }) => event),
        emit: async (event) => {
          if (event.kind === 'notice') logger.warn({ event: 'notice', message: event.message });
          await log.append(event);
        },
        onIteration: (iteration, checkpoint) => this.#noteIteration(id, iteration, checkpoint),
      },
      this.#options.machinery,
      signal,
    );
  }

  async #noteIteration(id: string, iteration: number, { digest }: PinnedCheckpoint): Promise<void> {
    await this.#store.update(id, (record) => ({ ...record, iterationsDone: iteration, latestDigest: digest }));
  }
}
