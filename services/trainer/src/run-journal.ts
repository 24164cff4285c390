import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isFinalState,
  type RecordedTrainingRunEvent,
  requireTransition,
  type RunState,
  type TrainingRunEvent,
} from '@leti/leti';
import type { Logger } from '@leti/rpc';
import { EventLog, readEvents, type ResourceStore, StoreFullError } from '@leti/runs';
import { reservePath } from './prepare-run.ts';
import type { TrainingRunRecord } from './training-run-record.ts';

/** A run as callers see it. */
export interface TrainingRunView extends TrainingRunRecord {
  readonly id: string;
  readonly folder: string;
  readonly createTime: Date;
}

/** How a run comes to rest: it has ended, or it is paused. */
export interface RunRest {
  readonly state: RunState;
  readonly error?: TrainingRunRecord['error'];
}

/** What is written of runs while they live: their records, their event logs, and how they end. */
export class RunJournal {
  readonly #store: ResourceStore<TrainingRunRecord>;
  /** Logs of the runs that have not ended. Closing one ends its watchers. */
  readonly #logs = new Map<string, EventLog<TrainingRunEvent>>();
  /** What could not be written because the disk is full. */
  readonly #unsaved = new Map<string, Partial<TrainingRunRecord>>();

  constructor(store: ResourceStore<TrainingRunRecord>) {
    this.#store = store;
  }

  /** @throws {RunNotFoundError} {CorruptStoreError} */
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

  /** Changes a run's record, with what could not be written of its end. @throws {StoreFullError}, or what `change` throws */
  async update(id: string, change: (record: TrainingRunRecord) => TrainingRunRecord): Promise<void> {
    const unsaved = this.#unsaved.get(id);
    try {
      await this.#store.update(id, (record) => {
        const changed = change({ ...record, ...this.#unsaved.get(id) });
        this.#unsaved.delete(id); // before the next change looks
        return changed;
      });
    } catch (error) {
      if (unsaved !== undefined) this.#unsaved.set(id, unsaved);
      throw error;
    }
  }

  /** The events after a number; goes on until the run has ended. @throws {RunNotFoundError} */
  async *watch(id: string, after: number, signal: AbortSignal): AsyncGenerator<RecordedTrainingRunEvent> {
    await this.get(id);
    const log = this.#logs.get(id);
    if (log === undefined) yield* await readEvents<TrainingRunEvent>(this.#eventsPath(id), after);
    else yield* log.follow(after, signal);
  }

  /** The run's log, which stays open until the run has ended. */
  async open(id: string): Promise<EventLog<TrainingRunEvent>> {
    const open = this.#logs.get(id) ?? (await EventLog.open<TrainingRunEvent>(this.#eventsPath(id)));
    this.#logs.set(id, open);
    return open;
  }

  /**
   * Writes that a run comes to rest: first the event, then the record; when it has ended, watchers are let go. Those of a
   * paused run go on waiting.
   * @throws {IllegalTransitionError} when the run cannot come to this state; nothing is written then. {StoreFullError}
   */
  async rest(id: string, rest: RunRest): Promise<void> {
    requireTransition(id, (await this.get(id)).state, rest.state);
    const log = await this.open(id);
    const lastEventNumber = await log.append({ kind: 'state_changed', state: rest.state });
    await this.update(id, (record) => ({ ...record, ...fieldsOf(rest), lastEventNumber }));
    if (isFinalState(rest.state)) await this.#closeLog(id);
  }

  /**
   * Writes that a run comes to rest, on a full disk after giving back the reserve; what cannot be written is kept in
   * memory. Never throws.
   */
  async restWhatever(id: string, rest: RunRest, logger: Logger): Promise<void> {
    try {
      if (rest.error?.reason === 'STORE_FULL') await rm(reservePath(this.#store.folderOf(id)), { force: true });
      await this.rest(id, rest);
    } catch (error) {
      if (!(error instanceof StoreFullError)) logger.error({ event: 'run_end_not_written', err: error });
      this.#unsaved.set(id, fieldsOf(rest));
      if (isFinalState(rest.state)) await this.#closeLog(id);
    }
  }

  /** Closes every log, which ends its watchers. */
  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.close();
    this.#logs.clear();
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

/** What coming to rest changes in a record. */
function fieldsOf({ state, error = null }: RunRest) {
  const endTime = isFinalState(state) ? new Date() : null;
  return { state, error, endTime, cancelRequested: false, pauseRequested: false };
}
