import { sampleSeed, type CheckpointReference, type Condition, type Problem, type Solution } from '@leti/leti';
import { InvalidArgumentError, type Logger } from '@leti/rpc';
import { checkpointFolder } from '@leti/tasks';
import { startWorker, WorkerCrashedError, type Worker, type WorkerCalls } from '@leti/worker';
import type { Engine, EngineState, ProblemSampling } from './engine.ts';
import {
  BrokenWeightsError,
  CheckpointDigestError,
  CheckpointFolderNotFoundError,
  ModelRestartingError,
  NoCheckpointLoadedError,
  OtherWeightsError,
  UnusableCheckpointError,
} from './errors.ts';
import type { LoadedModel, LoadOrder, LoadResult, ScoredText } from './model-messages.ts';
import type { ModelHandlers } from './model-worker.ts';

/** A call that outlives so many workers gives up: what it asks for may be what ends them. */
const MOST_CRASHES = 3;

/**
 * Our own model: what is loaded, known without asking the worker, and calls to the worker with its refusals turned into
 * errors. A worker that crashed is started again and given the same checkpoint. Calls that were under way are then made
 * again, and lose nothing: a sample depends on weights, prompt, parameters and seed only.
 */
export class LocalEngine implements Engine {
  readonly windowSamples: number;
  readonly #worker: Worker<ModelHandlers>;
  readonly #logger: Logger;
  readonly #limits: Pick<LoadOrder, 'rows' | 'memoryBytes'>;
  #loaded: LoadedModel | undefined;
  #order: LoadOrder | undefined;
  #restarting = false;

  /** Starts the worker. The owner calls {@link close}. @param options see {@link LoadOrder} */
  constructor({ logger, ...limits }: { readonly logger: Logger } & Pick<LoadOrder, 'rows' | 'memoryBytes'>) {
    this.#logger = logger;
    this.#limits = limits;
    this.windowSamples = 2 * limits.rows; // two batches
    this.#worker = startWorker<ModelHandlers>(new URL('./model-worker.ts', import.meta.url), {
      name: 'model',
      initialize: (worker) => this.#restore(worker),
      // TensorFlow's remarks and warnings at start-up are no news; its errors are.
      defaultEnv: { TF_CPP_MIN_LOG_LEVEL: '2' },
      onOutput: (line) => logger.info({ event: 'model_worker_output', line }),
      onExit: ({ expected, exitCode, signal, stderr }) => {
        if (expected) return;
        this.#restarting = true;
        logger.error({ event: 'model_worker_crashed', exitCode, signal, stderr });
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

  require(expectedDigest?: string): LoadedModel {
    if (this.#loaded === undefined) throw new NoCheckpointLoadedError();
    if (expectedDigest !== undefined && expectedDigest !== this.#loaded.digest) {
      throw new OtherWeightsError(expectedDigest, this.#loaded.digest);
    }
    return this.#loaded;
  }

  async load({ path, digest }: CheckpointReference, signal: AbortSignal): Promise<LoadedModel> {
    if (digest !== undefined && digest === this.#loaded?.digest) return this.#loaded;
    const order = { path, folder: checkpointFolder(path), digest, ...this.#limits };
    // Once only: a checkpoint that ends the worker, e.g. for want of memory, would end the next as well.
    const result = await this.#call((worker) => worker.call('load', order, { signal }), 1);
    if (result.kind !== 'loaded' && result.loadedDigest === undefined) this.#forget();
    const model = modelOf(result);
    this.#order = { ...order, digest: model.digest };
    this.#loaded = model;
    this.#logger.info({ event: 'checkpoint_loaded', ...model });
    return model;
  }

  async countPromptTokens(
    prompts: readonly string[],
    condition: Condition,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const counts = await this.#call((worker) => worker.call('countPromptTokens', { prompts, condition }, { signal }));
    if (counts === undefined) throw new NoCheckpointLoadedError();
    return counts;
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
    const order = { prompt, condition, sampling, samples, expectedDigest };
    const result = await this.#call((worker) => worker.call('sampleGroup', order, { signal }));
    switch (result.kind) {
      case 'other_weights':
        throw otherWeights(expectedDigest, result.loadedDigest);
      case 'broken_weights':
        throw new BrokenWeightsError(result.message);
      case 'no_memory':
        throw new InvalidArgumentError([{ field: 'sampling.max_new_tokens', description: result.message }]);
      case 'prompt_too_long': {
        const { promptTokens, maxPromptTokens } = result;
        const description = `of problem ${problemId} must be 1 to ${maxPromptTokens} tokens, got ${promptTokens}`;
        throw new InvalidArgumentError([{ field: 'prompt', description }]);
      }
      case 'sampled':
        return result.samples.map((sample, i) => ({
          ...sample,
          problemId,
          weightsDigest: result.digest,
          seed: samples[i]!.seed,
          condition,
          engine: 'local',
        }));
    }
  }

  async score(
    texts: readonly string[],
    expectedDigest: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string; readonly scores: readonly ScoredText[] }> {
    this.require(expectedDigest);
    const result = await this.#call((worker) => worker.call('score', { texts, expectedDigest }, { signal }));
    if (result.kind === 'other_weights') throw otherWeights(expectedDigest, result.loadedDigest);
    if (result.kind === 'broken_weights') throw new BrokenWeightsError(result.message);
    return result;
  }

  close(): Promise<void> {
    return this.#worker.stop();
  }

  /** Makes a call, again with the next worker when this one ends under it. */
  async #call<T>(call: (worker: Worker<ModelHandlers>) => Promise<T>, most = MOST_CRASHES): Promise<T> {
    for (let crashes = 1; ; crashes++) {
      try {
        return await call(this.#worker);
      } catch (error) {
        if (!(error instanceof WorkerCrashedError)) throw error;
        if (crashes >= most) throw new ModelRestartingError({ cause: error });
      }
    }
  }

  /** Gives a new worker the checkpoint that the last one had. */
  async #restore(worker: WorkerCalls<ModelHandlers>): Promise<void> {
    const order = this.#order;
    if (order !== undefined) {
      const { path, digest } = order;
      const result = await worker.call('load', order);
      if (result.kind === 'loaded') this.#logger.info({ event: 'checkpoint_restored', path, digest });
      else {
        // The folder is gone or has changed: better nothing than other weights under the same name.
        this.#logger.error({ event: 'checkpoint_lost', path, digest, problem: result.message });
        this.#forget();
      }
    }
    this.#restarting = false;
  }

  #forget(): void {
    this.#order = undefined;
    this.#loaded = undefined;
  }
}

function modelOf(result: LoadResult): LoadedModel {
  switch (result.kind) {
    case 'loaded':
      return result.model;
    case 'not_found':
      throw new CheckpointFolderNotFoundError(result.message);
    case 'other_digest':
      throw new CheckpointDigestError(result.message);
    case 'unusable':
      throw new UnusableCheckpointError(result.message);
  }
}

function otherWeights(expected: string | undefined, loaded: string | undefined): Error {
  return expected === undefined || loaded === undefined
    ? new NoCheckpointLoadedError()
    : new OtherWeightsError(expected, loaded);
}
