import { sampleSeed, type CheckpointReference, type Problem, type Solution } from '@leti/leti';
import { orAborted, type Logger } from '@leti/rpc';
import { checkpointFolder } from '@leti/tasks';
import { CrashRetries, WorkerCrashedError, WorkerStoppedError, type Worker, type WorkerCalls } from '@leti/worker';
import type { ModelDescription } from './describe-model.ts';
import type { Engine, EngineState, ProblemSampling } from './engine.ts';
import { LoadedCheckpointGoneError, ModelCrashesError, NoCheckpointLoadedError, OtherWeightsError } from './errors.ts';
import type { LoadOrder, PromptPlan, PromptsToPlan, ScoredTexts } from './model-messages.ts';
import type { ModelHandlers } from './model-worker.ts';
import { startModelWorkers } from './model-workers.ts';
import { WORKER_ERRORS } from './worker-errors.ts';

/** What a {@link LocalEngine} may use. */
export interface LocalEngineOptions extends Pick<LoadOrder, 'rows' | 'memoryBytes' | 'products'> {
  readonly logger: Logger;
  /** Processes that a small model is drawn from, see {@link startModelWorkers}; at least 1. */
  readonly lanes: number;
}

/**
 * Our own model: what is loaded, known without asking the worker, and calls to the worker. A worker that crashed is
 * started again and given the same checkpoint. Calls that were under way are then made again, and lose nothing: a sample
 * depends on weights, prompt, parameters and seed only.
 */
export class LocalEngine implements Engine {
  readonly #worker: Worker<ModelHandlers>;
  readonly #logger: Logger;
  readonly #limits: Pick<LoadOrder, 'rows' | 'memoryBytes' | 'products'>;
  #loaded: ModelDescription | undefined;
  #order: LoadOrder | undefined;
  #restarting = false;
  /** Whether scoring has found the loaded checkpoint's files gone: the next load says where they are now. */
  #filesGone = false;
  /** Whether a worker is being given the checkpoint of the one before it, or ended over that. */
  #restoring = false;
  readonly #retries = new CrashRetries();
  /** Loads that were asked for, one after the other. */
  #loading: Promise<unknown> = Promise.resolve();

  /** Starts the worker. The owner calls {@link close}. @param options see {@link LoadOrder} */
  constructor({ logger, lanes, ...limits }: LocalEngineOptions) {
    this.#logger = logger;
    this.#limits = limits;
    this.#worker = startModelWorkers({
      name: 'model',
      lanes,
      errors: WORKER_ERRORS,
      initialize: (worker) => this.#restore(worker),
      // TensorFlow's remarks and warnings at start-up are no news; its errors are.
      defaultEnv: { TF_CPP_MIN_LOG_LEVEL: '2' },
      onOutput: (line) => logger.info({ event: 'model_worker_output', line }),
      onExit: ({ expected, exitCode, signal, stderr, initializeError }) => {
        if (expected) return;
        this.#restarting = true;
        logger.error({ event: 'model_worker_crashed', exitCode, signal, stderr, err: initializeError });
        this.#worker.ready().catch(() => {}); // told by onExit again, or found out by the next call
      },
    });
  }

  get state(): EngineState {
    return this.#restarting ? 'restarting' : 'ready';
  }

  get workerPid(): number | undefined {
    return this.#worker.pid;
  }

  require(expectedDigest?: string): ModelDescription {
    if (this.#loaded === undefined) throw new NoCheckpointLoadedError();
    if (expectedDigest !== undefined && expectedDigest !== this.#loaded.digest) {
      throw new OtherWeightsError(expectedDigest, this.#loaded.digest);
    }
    return this.#loaded;
  }

  load(checkpoint: CheckpointReference, signal: AbortSignal): Promise<ModelDescription> {
    const turn = this.#loading.then(() => {
      signal.throwIfAborted();
      return this.#load(checkpoint);
    });
    this.#loading = turn.catch(() => {}); // the failure of one load is no other's
    // Once begun, a load is done to its end whoever waits for it, or this side would not know what the worker holds.
    return orAborted(turn, signal);
  }

  async #load({ path, digest }: CheckpointReference): Promise<ModelDescription> {
    if (digest !== undefined && digest === this.#loaded?.digest && !this.#filesGone) return this.#loaded;
    const order = { path, folder: checkpointFolder(path), digest, ...this.#limits };
    const model = await this.#call((worker) => worker.call('load', order));
    this.#order = { ...order, digest: model.digest };
    this.#loaded = model;
    this.#filesGone = false;
    this.#logger.info({ event: 'checkpoint_loaded', ...model });
    return model;
  }

  plan(request: PromptsToPlan, signal: AbortSignal): Promise<PromptPlan> {
    return this.#call((worker) => worker.call('plan', request, { signal }));
  }

  async sample(
    problem: Problem,
    sampleIndexes: readonly number[],
    how: ProblemSampling,
    signal: AbortSignal,
  ): Promise<readonly Solution[]> {
    const { condition, sampling, expectedDigest } = how;
    const { problemId, prompt } = problem;
    const samples = sampleIndexes.map((sampleIndex) => ({
      sampleIndex,
      seed: sampleSeed(how.seed, problemId, sampleIndex),
    }));
    const order = { problemId, prompt, condition, sampling, samples, expectedDigest };
    const drawn = await this.#call((worker) => worker.call('sampleGroup', order, { signal }));
    return drawn.samples.map((sample, i) => ({
      ...sample,
      problemId,
      weightsDigest: drawn.digest,
      seed: samples[i]!.seed,
      condition,
      engine: 'local',
    }));
  }

  async score(texts: readonly string[], expectedDigest: string | undefined, signal: AbortSignal): Promise<ScoredTexts> {
    this.require(expectedDigest);
    return this.#call((worker) => worker.call('score', { texts, expectedDigest }, { signal })).catch(
      (error: unknown) => {
        if (error instanceof LoadedCheckpointGoneError) this.#filesGone = true;
        throw error;
      },
    );
  }

  close(): Promise<void> {
    return this.#worker.stop();
  }

  /** Makes a call, again with the next worker when one ends under it. */
  #call<T>(call: (worker: Worker<ModelHandlers>) => Promise<T>): Promise<T> {
    return this.#retries
      .run(() => call(this.#worker))
      .catch((error: unknown) => {
        throw error instanceof WorkerCrashedError ? new ModelCrashesError(error.message, { cause: error }) : error;
      });
  }

  /** Gives a new worker the checkpoint that the last one had, or takes note that there is none now. */
  async #restore(worker: WorkerCalls<ModelHandlers>): Promise<void> {
    const order = this.#order;
    if (order !== undefined) {
      const { path, digest } = order;
      try {
        if (this.#restoring) throw new Error('the last worker ended while it loaded the checkpoint');
        this.#restoring = true;
        await worker.call('load', order);
        this.#logger.info({ event: 'checkpoint_restored', path, digest });
      } catch (error) {
        if (error instanceof WorkerCrashedError || error instanceof WorkerStoppedError) throw error;
        // The folder is gone or has changed, say: better nothing than other weights under the same name.
        this.#logger.error({ event: 'checkpoint_lost', path, digest, err: error });
        this.#forget();
      }
      this.#restoring = false;
    }
    this.#restarting = false;
  }

  #forget(): void {
    this.#order = undefined;
    this.#loaded = undefined;
  }
}
