import { join } from 'node:path';
import {
  type BestIteration,
  isFinalState,
  type PinnedCheckpoint,
  type RecordedTrainingRunEvent,
  requireTransition,
  type RunState,
  type TrainingSettings,
} from '@leti/leti';
import type { FieldViolation, Logger } from '@leti/rpc';
import { acquireRunLock, CorruptStoreError, ResourceStore, type RunLock } from '@leti/runs';
import { checkpointsInUse } from './checkpoints-in-use.ts';
import { executeRun } from './execute-run.ts';
import { settingsOf } from './forked-run.ts';
import type { TrainingPlanReport } from './plan-run.ts';
import { writeReserve } from './prepare-run.ts';
import { applyRetention } from './retention.ts';
import { type ForkRequest, RunFactory, type RunToMake } from './run-factory.ts';
import { RunJournal, type RunRest, type TrainingRunView } from './run-journal.ts';
import type { RunMachinery } from './run-to-execute.ts';
import { runFailure } from './run-failure.ts';
import { RunQueue } from './run-queue.ts';
import { parseRecord, recordError, type TrainingRunRecord } from './training-run-record.ts';
import { Turn } from './turn.ts';
import { verifyRun } from './verify-run.ts';

export interface TrainingRunsOptions {
  /** The run store; runs lie in its sub-folder `runs`. */
  readonly store: string;
  /** Where tasks look for official files unless a run's settings say. */
  readonly dataFolder: string | undefined;
  readonly machinery: Omit<RunMachinery, 'worker' | 'generatorTurn'>;
  /** One for each run that may go on at once, one or more. */
  readonly workers: readonly RunMachinery['worker'][];
  readonly logger: Logger;
}

/** The run's owner asked for its stop; the record says which. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}
class ClosingError extends Error {
  override readonly name = 'ClosingError';
}

/**
 * The training runs of a store, and the queue: first come first served. The store is the truth; what a trainer that died
 * left running or queued goes on when the next one opens it.
 */
export class TrainingRuns {
  readonly #options: TrainingRunsOptions;
  readonly #store: ResourceStore<TrainingRunRecord>;
  readonly #journal: RunJournal;
  readonly #lock: RunLock;
  readonly #factory: RunFactory;
  readonly #queue: RunQueue;
  /** Creations go one after the other: a retry then finds what the first call did, whole or not at all. */
  readonly #creation = new Turn();
  readonly #generatorTurn = new Turn();
  /** What is asked of runs, and how they come to rest: none of it between another's look at a record and its change. */
  readonly #control = new Turn();

  private constructor(options: TrainingRunsOptions, store: ResourceStore<TrainingRunRecord>, lock: RunLock) {
    this.#options = options;
    this.#store = store;
    this.#journal = new RunJournal(store);
    this.#factory = new RunFactory(store, this.#journal, options.dataFolder);
    this.#queue = new RunQueue(options.workers.length, (id, slot, signal) => this.#run(id, slot, signal));
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
   * @param violations what reading the settings has reported, see {@link resolveRun}
   * @throws what {@link resolveRun} throws; {InvalidRequestIdError}; {StoreFullError}
   */
  async create(
    settings: TrainingSettings,
    requestId: string,
    violations: readonly FieldViolation[] = [],
  ): Promise<TrainingRunView> {
    return this.#make(await this.#factory.lookUp(settings, violations), requestId);
  }

  /**
   * Makes a run that starts from a checkpoint of another, and queues it.
   * @param violations as in {@link create}
   * @throws {RunNotFoundError} {IterationNotFoundError} {CheckpointUnavailableError} and as {@link create}
   */
  async fork(
    id: string,
    request: ForkRequest & { readonly requestId: string },
    violations: readonly FieldViolation[] = [],
  ): Promise<TrainingRunView> {
    return this.#make(await this.#factory.lookUpFork(await this.get(id), request, violations), request.requestId);
  }

  /**
   * Says what a run of these settings would do, need and take, without making one.
   * @param violations as in {@link create}
   * @throws what {@link resolveRun} throws
   */
  async plan(settings: TrainingSettings, violations: readonly FieldViolation[] = []): Promise<TrainingPlanReport> {
    return this.#factory.plan(await this.#factory.lookUp(settings, violations));
  }

  #make(run: RunToMake, requestId: string): Promise<TrainingRunView> {
    return this.#creation.do(async () => {
      const { id, state } = await this.#factory.make(run, requestId);
      if (state === 'queued' && (await this.#journal.open(id)).lastNumber === 0) await this.#enqueue(id);
      return this.get(id);
    });
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

  /** Asks a run to stop for good; a run that has ended stays as it is. @throws {RunNotFoundError} */
  cancel(id: string): Promise<TrainingRunView> {
    return this.#control.do(async () => {
      const { state } = await this.get(id);
      if (isFinalState(state)) return this.get(id);
      await this.#store.update(id, (record) => ({ ...record, cancelRequested: true }));
      return this.#stop(id, state);
    });
  }

  /**
   * Asks a run to stop until it is resumed; a paused one stays as it is.
   * @throws {IllegalTransitionError} when the run has ended; {RunNotFoundError}
   */
  pause(id: string): Promise<TrainingRunView> {
    return this.#control.do(async () => {
      const { state } = await this.get(id);
      if (state === 'paused') return this.get(id);
      requireTransition(id, state, 'paused');
      await this.#store.update(id, (record) => ({ ...record, pauseRequested: true }));
      return this.#stop(id, state);
    });
  }

  /** Queues a paused, failed or cancelled run again. @throws {IllegalTransitionError} {RunNotFoundError} {StoreFullError} */
  resume(id: string): Promise<TrainingRunView> {
    return this.#control.do(async () => {
      const { state, folder } = await this.get(id);
      requireTransition(id, state, 'queued');
      await writeReserve(folder);
      await this.#journal.update(id, (record) => {
        const asked = { cancelRequested: false, pauseRequested: false };
        return { ...record, ...asked, state: 'queued', error: null, endTime: null, queueTime: new Date() };
      });
      await this.#enqueue(id);
      return this.get(id);
    });
  }

  /** Stops the runs in progress, which go on when the store is opened again, and lets another trainer in. */
  async close(): Promise<void> {
    await this.#queue.close(new ClosingError('the trainer is shutting down'));
    await this.#journal.close();
    await this.#lock.release();
  }

  /** Brings a run that was asked to stop to rest: at once when it waits, at its next group or step when it goes on. */
  async #stop(id: string, state: RunState): Promise<TrainingRunView> {
    if (state === 'paused' || this.#queue.take(id)) await this.#journal.rest(id, { state: await this.#restState(id) });
    // A run that is in neither place is on its way into the queue, and looks at its record when its turn comes.
    else this.#queue.stop(id, new StoppedError('the run was asked to stop'));
    return this.get(id);
  }

  /** The state that a run was asked to come to. */
  async #restState(id: string): Promise<'cancelled' | 'paused'> {
    // A record that cannot be read any more must not bring the trainer down; writing the end will tell of it.
    const { cancelRequested } = await this.get(id).catch(() => ({ cancelRequested: true }));
    return cancelRequested ? 'cancelled' : 'paused';
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
    for (const { id, state, cancelRequested, pauseRequested } of waiting) {
      const log = await this.#journal.open(id); // a paused run's too, for those who watch it
      if (cancelRequested || (pauseRequested && state !== 'paused'))
        await this.#journal.rest(id, { state: cancelRequested ? 'cancelled' : 'paused' });
      else if (state !== 'paused') {
        if (state === 'running')
          await log.append({ kind: 'notice', message: 'goes on after a restart of the trainer' });
        else if (log.lastNumber === 0) await log.append({ kind: 'state_changed', state: 'queued' });
        this.#queue.push(id);
      }
    }
  }

  async #enqueue(id: string): Promise<void> {
    const log = await this.#journal.open(id);
    await log.append({ kind: 'state_changed', state: 'queued' });
    this.#queue.push(id);
  }

  /** Brings a run from the queue to its rest; never throws. */
  async #run(id: string, slot: number, signal: AbortSignal): Promise<void> {
    const logger = this.#options.logger.child({ runId: id });
    try {
      logger.info({ event: 'run_started' });
      await this.#execute(id, slot, logger, signal);
      await this.#control.do(() => this.#journal.rest(id, { state: 'succeeded' }));
      logger.info({ event: 'run_succeeded' });
    } catch (thrown) {
      // What is thrown after a stop is the stop's echo, whatever its type.
      const error: unknown = signal.aborted ? signal.reason : thrown;
      if (error instanceof ClosingError) return logger.info({ event: 'run_suspended' });
      await this.#control.do(async () => {
        const rest = error instanceof StoppedError ? { state: await this.#restState(id) } : failed(error, logger);
        if (rest.state !== 'failed') logger.info({ event: `run_${rest.state}` });
        await this.#journal.restWhatever(id, rest, logger);
      });
    }
  }

  async #execute(id: string, slot: number, logger: Logger, signal: AbortSignal): Promise<void> {
    const folder = this.#store.folderOf(id);
    const log = await this.#journal.open(id);
    const run = await this.get(id);
    const { corpusDigest, state, startTime, cancelRequested, pauseRequested, forkedFrom } = run;
    // Asked for before the run stood in the queue, where it could have been taken out.
    if (cancelRequested || pauseRequested) throw new StoppedError('the run was asked to stop');
    if (state !== 'running') {
      await log.append({ kind: 'state_changed', state: 'running' });
      await this.#store.update(id, (record) => ({ ...record, state: 'running', startTime: startTime ?? new Date() }));
    }
    await this.#factory.finish(run);
    const settings = settingsOf(run);
    const { baseCheckpoint, replay } = settings;
    await verifyRun({ folder, baseDigest: baseCheckpoint.digest ?? '', replayedIterations: replay.iterations });
    const { best, stopReason } = await executeRun(
      {
        folder,
        settings,
        continues: forkedFrom?.keepOptimizer ?? false,
        corpusDigest,
        told: (await log.read()).map(({ event }) => event),
        emit: async (event) => {
          if (event.kind === 'notice') logger.warn({ event: 'notice', message: event.message });
          await log.append(event);
        },
        steps: async () => (await log.read()).flatMap(({ event }) => (event.kind === 'training_step' ? [event] : [])),
        onIteration: (iteration, checkpoint, better) => this.#noteIteration(id, iteration, checkpoint, better),
      },
      { ...this.#options.machinery, worker: this.#options.workers[slot]!, generatorTurn: this.#generatorTurn },
      signal,
    );
    await this.#store.update(id, (record) => ({
      ...record,
      ...bestOf(best),
      stopReason: stopReason === 'iterations' ? '' : stopReason,
    }));
  }

  async #noteIteration(
    id: string,
    iteration: number,
    { digest }: PinnedCheckpoint,
    best: BestIteration | undefined,
  ): Promise<void> {
    const done = { iterationsDone: iteration, latestDigest: digest };
    await this.#store.update(id, (record) => ({ ...record, ...done, ...bestOf(best) }));
    const { folder, settings } = await this.get(id);
    const inUse = () => checkpointsInUse(this.#options.store, this.#store);
    const removed = await applyRetention(folder, iteration, settings, inUse);
    if (removed.length > 0) this.#options.logger.info({ event: 'checkpoints_removed', runId: id, iterations: removed });
  }
}

/** What a record says of the best iteration; nothing new where nothing was scored. */
function bestOf(best: BestIteration | undefined): Partial<TrainingRunRecord> {
  return best === undefined ? {} : { best: { iteration: best.iteration, digest: best.checkpoint.digest } };
}

function failed(error: unknown, logger: Logger): RunRest {
  const failure = runFailure(error);
  logger.error({ event: 'run_failed', code: failure.code, reason: failure.reason, err: error });
  return { state: 'failed', error: recordError(failure) };
}
