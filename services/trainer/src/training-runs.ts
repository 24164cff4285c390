import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isFinalState,
  type PinnedCheckpoint,
  type RecordedTrainingRunEvent,
  type RunState,
  type TrainingRunEvent,
  type TrainingSettings,
} from '@leti/leti';
import type { Logger } from '@leti/rpc';
import {
  acquireRunLock,
  CorruptStoreError,
  EventLog,
  readEvents,
  ResourceStore,
  type RunLock,
  StoreFullError,
} from '@leti/runs';
import { executeRun, type RunMachinery } from './execute-run.ts';
import { isPrepared, prepareRun, reservePath, writeReserve } from './prepare-run.ts';
import { type ResolvedRun, resolveRun } from './resolve-run.ts';
import { runFailure } from './run-failure.ts';
import {
  newRecord,
  parseRecord,
  recordError,
  RunNotResumableError,
  type TrainingRunRecord,
} from './training-run-record.ts';

/** A run as callers see it. */
export interface TrainingRunView extends TrainingRunRecord {
  readonly id: string;
  readonly folder: string;
  readonly createTime: Date;
}

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
  readonly #lock: RunLock;
  /** Logs of the runs that are not at rest. Closing one ends its watchers. */
  readonly #logs = new Map<string, EventLog<TrainingRunEvent>>();
  /** What could not be written because the disk is full. */
  readonly #unsaved = new Map<string, Partial<TrainingRunRecord>>();
  readonly #queue: string[] = [];
  #active: { readonly id: string; readonly stop: AbortController; readonly done: Promise<void> } | undefined;
  #creating: Promise<unknown> = Promise.resolve();
  #closing = false;

  private constructor(options: TrainingRunsOptions, store: ResourceStore<TrainingRunRecord>, lock: RunLock) {
    this.#options = options;
    this.#store = store;
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
    if (run.value.state === 'queued' && (await this.#open(run.id)).lastNumber === 0) await this.#enqueue(run.id);
    return this.get(run.id);
  }

  /** @throws {RunNotFoundError} */
  async get(id: string): Promise<TrainingRunView> {
    const { createTime, value } = await this.#store.get(id);
    return this.#view(id, createTime, value);
  }

  /** Newest first. @throws {InvalidPageTokenError} */
  async list(page: {
    readonly pageSize: number;
    readonly pageToken: string;
  }): Promise<{ runs: TrainingRunView[]; nextPageToken: string }> {
    const { runs, nextPageToken } = await this.#store.list(page);
    return { runs: runs.map(({ id, createTime, value }) => this.#view(id, createTime, value)), nextPageToken };
  }

  /** The events after a number; goes on until the run comes to rest. @throws {RunNotFoundError} */
  async *watch(id: string, after: number, signal: AbortSignal): AsyncGenerator<RecordedTrainingRunEvent> {
    await this.get(id);
    const log = this.#logs.get(id);
    if (log === undefined) yield* await readEvents<TrainingRunEvent>(this.#eventsPath(id), after);
    else yield* log.follow(after, signal);
  }

  /** Asks a run to stop; a run that has ended stays as it is. @throws {RunNotFoundError} */
  async cancel(id: string): Promise<TrainingRunView> {
    const { state } = await this.get(id);
    if (isFinalState(state)) return this.get(id);
    await this.#store.update(id, (record) => ({ ...record, cancelRequested: true }));
    if (this.#active?.id === id) this.#active.stop.abort(new CancelledError('the run was cancelled'));
    else if (this.#dequeue(id)) await this.#rest(id, { state: 'cancelled' });
    return this.get(id);
  }

  /** Queues a failed or cancelled run again. @throws {RunNotResumableError} @throws {RunNotFoundError} */
  async resume(id: string): Promise<TrainingRunView> {
    await writeReserve((await this.get(id)).folder);
    // Decided within the update, of which there is one at a time: two calls at once queue the run once.
    await this.#store.update(id, (record) => {
      const state = this.#unsaved.get(id)?.state ?? record.state;
      if (state !== 'failed' && state !== 'cancelled') throw new RunNotResumableError(id, state);
      this.#unsaved.delete(id);
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
    for (const log of this.#logs.values()) await log.close();
    this.#logs.clear();
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
      const log = await this.#open(id);
      if (cancelRequested) await this.#rest(id, { state: 'cancelled' });
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
    const log = await this.#open(id);
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
      await this.#rest(id, { state: 'succeeded' });
      logger.info({ event: 'run_succeeded' });
    } catch (thrown) {
      // What is thrown after a stop is the stop's echo, whatever its type.
      const error: unknown = signal.aborted ? signal.reason : thrown;
      if (error instanceof ClosingError) return logger.info({ event: 'run_suspended' });
      if (error instanceof CancelledError) {
        logger.info({ event: 'run_cancelled' });
        return this.#restWhatever(id, { state: 'cancelled' }, logger);
      }
      const failure = runFailure(error);
      logger.error({ event: 'run_failed', code: failure.code, reason: failure.reason, err: error });
      await this.#restWhatever(id, { state: 'failed', error: recordError(failure) }, logger);
    }
  }

  async #execute(id: string, logger: Logger, signal: AbortSignal): Promise<void> {
    const folder = this.#store.folderOf(id);
    const log = await this.#open(id);
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
    const told = (await log.read()).flatMap(({ event }) =>
      event.kind === 'iteration_finished' ? event.iteration : [],
    );
    await executeRun(
      {
        folder,
        settings,
        corpusDigest,
        toldIterations: new Set(told),
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

  /** Writes a run's end, on a full disk after giving back the reserve; what cannot be written is kept in memory. */
  async #restWhatever(id: string, end: RunEnd, logger: Logger): Promise<void> {
    try {
      if (end.error?.reason === 'STORE_FULL') await rm(reservePath(this.#store.folderOf(id)), { force: true });
      await this.#rest(id, end);
    } catch (error) {
      if (!(error instanceof StoreFullError)) logger.error({ event: 'run_end_not_written', err: error });
      this.#unsaved.set(id, { ...end, endTime: new Date() });
      await this.#closeLog(id);
    }
  }

  /** Writes a run's end: first the event, then the record, then watchers are let go. */
  async #rest(id: string, end: RunEnd): Promise<void> {
    const log = await this.#open(id);
    const lastEventNumber = await log.append({ kind: 'state_changed', state: end.state });
    await this.#store.update(id, (record) => {
      return { ...record, error: null, ...end, endTime: new Date(), cancelRequested: false, lastEventNumber };
    });
    await this.#closeLog(id);
  }

  async #open(id: string): Promise<EventLog<TrainingRunEvent>> {
    const open = this.#logs.get(id) ?? (await EventLog.open<TrainingRunEvent>(this.#eventsPath(id)));
    this.#logs.set(id, open);
    return open;
  }

  async #closeLog(id: string): Promise<void> {
    const log = this.#logs.get(id);
    this.#logs.delete(id);
    await log?.close();
  }

  #eventsPath(id: string): string {
    return join(this.#store.folderOf(id), 'events.jsonl');
  }

  #view(id: string, createTime: Date, record: TrainingRunRecord): TrainingRunView {
    const lastEventNumber = this.#logs.get(id)?.lastNumber ?? record.lastEventNumber;
    const folder = this.#store.folderOf(id);
    return { ...record, lastEventNumber, ...this.#unsaved.get(id), id, folder, createTime };
  }
}

interface RunEnd {
  readonly state: RunState;
  readonly error?: TrainingRunRecord['error'];
}
