import { forkSettings, type TrainingSettings } from '@leti/leti';
import type { FieldViolation } from '@leti/rpc';
import { type ResourceStore, runPaths } from '@leti/runs';
import { forkOf, requireCheckpoint, settingsOf } from './forked-run.ts';
import { linkCheckpoint } from './link-checkpoint.ts';
import { planRun, type TrainingPlanReport } from './plan-run.ts';
import { isPrepared, prepareRun } from './prepare-run.ts';
import { type ResolvedRun, resolveRun } from './resolve-run.ts';
import type { RunJournal, TrainingRunView } from './run-journal.ts';
import { storedPace } from './stored-pace.ts';
import { newRecord, type RunForkRecord, type TrainingRunRecord } from './training-run-record.ts';

/** What a fork is made of. */
export interface ForkRequest {
  /** Whose checkpoint; 0 is the other run's base. */
  readonly iteration: number;
  /** Default: the other run's own, see `forkSettings`; what they say of the base does not count. */
  readonly settings?: TrainingSettings | undefined;
  readonly keepOptimizer: boolean;
}

/** A run that can be made: everything it names was found. */
export interface RunToMake {
  readonly resolved: ResolvedRun;
  readonly forkedFrom: RunForkRecord | null;
}

/** So many of the newest runs may tell how fast one goes. */
const RUNS_WITH_PACE = 200;

/** Looks up what settings name, and makes records and folders of runs. */
export class RunFactory {
  readonly #store: ResourceStore<TrainingRunRecord>;
  readonly #journal: RunJournal;
  readonly #dataFolder: string | undefined;

  /** @param dataFolder where tasks look for official files unless a run's settings say */
  constructor(store: ResourceStore<TrainingRunRecord>, journal: RunJournal, dataFolder: string | undefined) {
    this.#store = store;
    this.#journal = journal;
    this.#dataFolder = dataFolder;
  }

  /**
   * Looks up everything for a run of its own.
   * @param violations what reading the settings has reported
   * @throws what {@link resolveRun} throws
   */
  async lookUp(settings: TrainingSettings, violations: readonly FieldViolation[]): Promise<RunToMake> {
    return { resolved: await this.#resolve(settings, violations), forkedFrom: null };
  }

  /**
   * Looks up everything for a run that starts from a checkpoint of another.
   * @throws {IterationNotFoundError} {CheckpointUnavailableError} and as {@link lookUp}
   */
  async lookUpFork(
    run: TrainingRunView,
    { iteration, settings, keepOptimizer }: ForkRequest,
    violations: readonly FieldViolation[],
  ): Promise<RunToMake> {
    const { baseCheckpoint, forkedFrom } = await forkOf(run, iteration, keepOptimizer);
    // Not looked up by the settings: that a checkpoint is gone is no fault of theirs.
    await requireCheckpoint(baseCheckpoint);
    const own = settings ?? forkSettings(run.settings, iteration);
    return { resolved: await this.#resolve({ ...own, baseCheckpoint }, violations), forkedFrom };
  }

  /** Says what a run would do, need and take, without making one. */
  async plan({ resolved }: RunToMake): Promise<TrainingPlanReport> {
    const { runs } = await this.#journal.list({ pageSize: RUNS_WITH_PACE, pageToken: '' });
    return planRun(resolved, await storedPace(resolved.base.config, runs));
  }

  /**
   * Makes a run's record and folder. A request id that was used before gives the run it made then, whose folder is
   * finished if it was not.
   * @throws {InvalidRequestIdError} {StoreFullError}
   */
  async make({ resolved, forkedFrom }: RunToMake, requestId: string): Promise<TrainingRunView> {
    const { run } = await this.#store.create(newRecord(resolved, forkedFrom), { requestId });
    const view = await this.#journal.get(run.id);
    if (!(await isPrepared(view.folder))) await this.#prepare(view, resolved);
    return view;
  }

  /** Finishes the folder of a run whose maker died on the way. @throws what {@link resolveRun} throws; {StoreFullError} */
  async finish(run: TrainingRunView): Promise<void> {
    if (!(await isPrepared(run.folder))) await this.#prepare(run, await this.#resolve(run.settings, []));
  }

  async #prepare(run: TrainingRunView, resolved: ResolvedRun): Promise<void> {
    const { forkedFrom, settings, corpusDigest, folder } = run;
    if (forkedFrom !== null)
      await linkCheckpoint(settings.baseCheckpoint.path, runPaths(folder).checkpoint(0), {
        digest: forkedFrom.digest,
        withOptimizer: forkedFrom.keepOptimizer,
      });
    await prepareRun(folder, { ...resolved, settings: settingsOf(run), corpusDigest });
  }

  #resolve(settings: TrainingSettings, violations: readonly FieldViolation[]): Promise<ResolvedRun> {
    const findRun = (id: string): Promise<TrainingRunView> => this.#journal.get(id);
    return resolveRun(settings, { dataFolder: this.#dataFolder, findRun, violations });
  }
}
