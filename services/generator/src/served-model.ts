import {
  sampleSeed,
  type CheckpointReference,
  type Condition,
  type Problem,
  type SamplingParameters,
  type Solution,
} from '@leti/leti';
import { InvalidArgumentError, type Logger } from '@leti/rpc';
import { checkpointFolder } from '@leti/tasks';
import { startWorker, WorkerCrashedError, type Worker, type WorkerCalls } from '@leti/worker';
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

/** How a problem's samples are drawn. */
export interface ProblemSampling {
  readonly condition: Condition;
  readonly sampling: SamplingParameters;
  /** The call's; each sample's own derives from it, the problem's id and the sample's index. */
  readonly seed: bigint;
  /** Draw from these weights or not at all; undefined takes what is loaded. */
  readonly expectedDigest: string | undefined;
}

/**
 * The model as the handlers see it: what is loaded, known without asking the worker, and calls to the worker with its
 * refusals turned into errors. A worker that crashed is started again and given the same checkpoint; calls that come
 * meanwhile wait for it.
 */
export class ServedModel {
  readonly #worker: Worker<ModelHandlers>;
  readonly #logger: Logger;
  readonly #rows: number;
  #loaded: LoadedModel | undefined;
  #order: LoadOrder | undefined;

  /** Starts the worker. The owner calls {@link close}. @param options.rows samples decoded side by side */
  constructor({ logger, rows }: { readonly logger: Logger; readonly rows: number }) {
    this.#logger = logger;
    this.#rows = rows;
    this.#worker = startWorker<ModelHandlers>(new URL('./model-worker.ts', import.meta.url), {
      name: 'model',
      initialize: (worker) => this.#restore(worker),
      // TensorFlow's remarks and warnings at start-up are no news; its errors are.
      defaultEnv: { TF_CPP_MIN_LOG_LEVEL: '2' },
      onOutput: (line) => logger.info({ event: 'model_worker_output', line }),
      onExit: ({ expected, exitCode, signal, stderr }) => {
        if (expected) return;
        logger.error({ event: 'model_worker_crashed', exitCode, signal, stderr });
        this.#worker.ready().catch(() => {}); // told by onExit again, or found out by the next call
      },
    });
  }

  /**
   * Samples of one call that may be with the worker at a time, those that its client has not taken yet included: two
   * batches, so that rows never idle, and a call that comes later waits for no more than this.
   */
  get windowSamples(): number {
    return 2 * this.#rows;
  }

  /** What is loaded. @throws {NoCheckpointLoadedError} @throws {OtherWeightsError} if it is not what is expected */
  require(expectedDigest?: string): LoadedModel {
    if (this.#loaded === undefined) throw new NoCheckpointLoadedError();
    if (expectedDigest !== undefined && expectedDigest !== this.#loaded.digest) {
      throw new OtherWeightsError(expectedDigest, this.#loaded.digest);
    }
    return this.#loaded;
  }

  /**
   * Loads a checkpoint; the old one serves, and stays when this fails. What is loaded already is left alone.
   * @throws {CheckpointFolderNotFoundError} @throws {CheckpointDigestError} @throws {UnusableCheckpointError}
   */
  async load({ path, digest }: CheckpointReference, signal: AbortSignal): Promise<LoadedModel> {
    if (digest !== undefined && digest === this.#loaded?.digest) return this.#loaded;
    const order = { path, folder: checkpointFolder(path), digest, rows: this.#rows };
    const result = await this.#call((worker) => worker.call('load', order, { signal }));
    const model = modelOf(result);
    this.#order = { ...order, digest: model.digest };
    this.#loaded = model;
    this.#logger.info({ event: 'checkpoint_loaded', ...model });
    return model;
  }

  /**
   * Fails unless the model has room for every prompt and the new tokens after it.
   * @param place the field of the prompt at a position, for the message
   * @throws {InvalidArgumentError} with every prompt that does not fit, and its problem's id
   */
  async checkPrompts(
    problems: readonly Problem[],
    { condition, sampling, expectedDigest }: Omit<ProblemSampling, 'seed'>,
    place: (position: number) => string,
    signal: AbortSignal,
  ): Promise<void> {
    const { maxSequenceTokens } = this.require(expectedDigest);
    const prompts = problems.map(({ prompt }) => prompt);
    const counts = await this.#call((worker) => worker.call('countPromptTokens', { prompts, condition }, { signal }));
    const room = maxSequenceTokens - sampling.maxNewTokens;
    const violations = problems.flatMap(({ problemId }, i) => {
      const tokens = counts[i]!;
      if (tokens >= 1 && tokens <= room) return [];
      const bounds = room >= 1 ? `1 to ${room}` : 'fewer than none';
      return [
        {
          field: place(i),
          description: `of problem ${problemId} must be ${bounds} tokens (the model's ${maxSequenceTokens} less max_new_tokens ${sampling.maxNewTokens}), got ${tokens}`,
        },
      ];
    });
    if (violations.length > 0) throw new InvalidArgumentError(violations);
  }

  /** Draws the samples with these indexes, in their order. @throws {OtherWeightsError} @throws {ModelRestartingError} */
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
        }));
    }
  }

  /** Log-probabilities of every text. @throws {OtherWeightsError} @throws {ModelRestartingError} */
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

  /** Process id of the worker; undefined while none runs. */
  get workerPid(): number | undefined {
    return this.#worker.pid;
  }

  /** Ends the worker; calls that run in it fail. */
  close(): Promise<void> {
    return this.#worker.stop();
  }

  async #call<T>(call: (worker: Worker<ModelHandlers>) => Promise<T>): Promise<T> {
    try {
      return await call(this.#worker);
    } catch (error) {
      if (error instanceof WorkerCrashedError) throw new ModelRestartingError({ cause: error });
      throw error;
    }
  }

  /** Gives a new worker the checkpoint that the last one had. */
  async #restore(worker: WorkerCalls<ModelHandlers>): Promise<void> {
    const order = this.#order;
    if (order === undefined) return;
    const { path, digest } = order;
    const result = await worker.call('load', order);
    if (result.kind === 'loaded') {
      this.#logger.info({ event: 'checkpoint_restored', path, digest });
      return;
    }
    // The folder is gone or has changed: better nothing than other weights under the same name.
    this.#logger.error({ event: 'checkpoint_lost', path, digest, problem: result.message });
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
