import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { CheckpointNotFoundError, InvalidCheckpointError, readCheckpoint, type Checkpoint } from '@leti/checkpoint';
import type { SamplingParameters } from '@leti/leti';
import {
  defaultMemoryBytes,
  DeviceMemoryError,
  NonFiniteLogitsError,
  Sampler,
  type ModelConfig,
  type SamplerOptions,
} from '@leti/nn';
import { describeModel, type ModelDescription } from './describe-model.ts';
import { drawGroup } from './draw-group.ts';
import { LoadedCheckpointGoneError, NoCheckpointLoadedError, OtherWeightsError } from './errors.ts';
import type { LoadedModel } from './loaded-model.ts';
import type {
  DrawnGroup,
  GroupOrder,
  LoadOrder,
  PromptPlan,
  PromptsToPlan,
  ScoredText,
  ScoredTexts,
} from './model-messages.ts';
import { promptIds } from './prompt-ids.ts';
import { scoreInTurns } from './score-in-turns.ts';
import { warmedUpBytes, warmUp, type WarmUpShape } from './warm-up.ts';

type Limits = Pick<SamplerOptions, 'rows' | 'memoryBytes' | 'products'>;

/**
 * How long newly loaded weights are kept for those who loaded them, if nothing is drawn from them: two clients who load
 * different checkpoints in turn then both get some work done instead of replacing each other's weights unused.
 */
const TENURE_MS = 500;

/**
 * The loaded model; lives in the worker process. Orders of all callers share the sampler's batch. Weights are replaced
 * between orders: those that have begun end on the old weights, those that come meanwhile wait for the new.
 */
export class ModelHost {
  #loaded: LoadedModel | undefined;
  readonly #running = new Set<Promise<unknown>>();
  /** Resolves when orders may begin; pending while weights are replaced. */
  #gate: Promise<void> = Promise.resolve();
  #loading: Promise<unknown> = Promise.resolve();
  #tenure: Promise<unknown> = Promise.resolve();
  #endTenure: () => void = () => {};
  /** What was drawn last, and so probably will be next: weights are warmed up for it. Undefined at first. */
  #lastShape: WarmUpShape | undefined;

  /**
   * Replaces the weights, unless they are loaded already; then only what they are read from is replaced. Loads that come
   * together happen one after the other.
   * @throws what `readCheckpoint` throws; {InvalidCheckpointError} also if they are too many for the memory, or give no
   *   numbers; the old ones then stay
   */
  load(order: LoadOrder): Promise<ModelDescription> {
    const turn = this.#loading
      .then(() => this.#load(order))
      .catch((cause: unknown) => {
        const cannotRun = cause instanceof DeviceMemoryError || cause instanceof NonFiniteLogitsError;
        throw cannotRun ? new InvalidCheckpointError(order.folder, cause.message, { cause }) : cause;
      });
    this.#loading = turn.catch(() => {}); // the failure of one load is no other's
    return turn;
  }

  async #load({
    path,
    folder,
    digest,
    rows,
    memoryBytes = defaultMemoryBytes(),
    memoryShare = 1,
    products = 'float32',
  }: LoadOrder): Promise<ModelDescription> {
    const checkpoint = await readCheckpoint(folder, digest === undefined ? {} : { expectedDigest: digest });
    const old = this.#loaded;
    if (old?.description.digest === checkpoint.digest) {
      // The same model, perhaps in another folder: from now on it is read there.
      old.sampler.readFrom(checkpoint.weights);
      this.#loaded = { ...old, description: { ...old.description, path } };
      return this.#loaded.description;
    }
    const { config, weights, tokenizer, endIds } = checkpoint;
    // Recording decoding graphs takes seconds and depends on the shape alone: weights of the same shape reuse them.
    const reuse = old !== undefined && JSON.stringify(old.config) === JSON.stringify(config) ? old.sampler : undefined;
    const limits = { rows, memoryBytes: Math.floor(memoryShare * memoryBytes), products };
    const made = reuse ?? (await this.#madeBeside(old, checkpoint, limits));
    await this.#tenure;
    const opened = Promise.withResolvers<void>();
    this.#gate = opened.promise;
    try {
      await Promise.allSettled(this.#running);
      if (reuse !== undefined) await this.#replaceWeights(reuse, config, weights);
      else if (made !== undefined) old?.sampler.dispose();
      this.#loaded = {
        description: describeModel(path, checkpoint.digest, config, 'local'),
        config,
        tokenizer,
        endIds,
        sampler: made ?? (await this.#madeInPlaceOf(old!, checkpoint, limits)),
      };
      const used = Promise.withResolvers<void>();
      this.#endTenure = used.resolve;
      this.#tenure = Promise.race([used.promise, sleep(TENURE_MS, undefined, { ref: false })]);
      return this.#loaded.description;
    } finally {
      opened.resolve();
    }
  }

  /** A warm sampler, made beside the one that serves; undefined where memory has no room for both. */
  async #madeBeside(
    old: LoadedModel | undefined,
    checkpoint: Checkpoint,
    limits: Limits,
  ): Promise<Sampler | undefined> {
    if (old === undefined) return this.#warmSampler(checkpoint, limits);
    const needed = warmedUpBytes({ config: checkpoint.config, ...limits }, this.#lastShape);
    if (!old.sampler.leave(needed)) {
      old.sampler.leave(0);
      return undefined;
    }
    try {
      return await this.#warmSampler(checkpoint, limits);
    } catch (error) {
      old.sampler.leave(0);
      throw error;
    }
  }

  /** A warm sampler, for which the old one gives up its memory; the old one is made again if this one does not work. */
  async #madeInPlaceOf(old: LoadedModel, checkpoint: Checkpoint, limits: Limits): Promise<Sampler> {
    const { config, sampler } = old;
    this.#loaded = undefined;
    sampler.dispose();
    try {
      return await this.#warmSampler(checkpoint, limits);
    } catch (error) {
      try {
        // Read from their files again, if those are still there.
        this.#loaded = { ...old, sampler: Sampler.create({ config, weights: sampler.weights, ...limits }) };
      } catch {
        // Then there is no model: what is told is why the new one does not work.
      }
      throw error;
    }
  }

  /** A sampler that has drawn tokens already, if anything was drawn before. */
  async #warmSampler({ config, weights }: Checkpoint, limits: Limits): Promise<Sampler> {
    const sampler = Sampler.create({ config, weights, ...limits });
    try {
      if (this.#lastShape !== undefined) await warmUp(sampler, config, this.#lastShape);
      return sampler;
    } catch (error) {
      sampler.dispose();
      throw error;
    }
  }

  /** Gives a sampler other weights of its shape, or the old ones again if the new do not work. */
  async #replaceWeights(sampler: Sampler, config: ModelConfig, weights: Checkpoint['weights']): Promise<void> {
    const swap = sampler.swapWeights(weights);
    try {
      if (this.#lastShape !== undefined) await warmUp(sampler, config, this.#lastShape);
    } catch (error) {
      swap.rollback();
      throw error;
    }
    swap.commit();
  }

  /** Frees the model's memory. Nothing may be called afterwards. */
  dispose(): void {
    this.#loaded?.sampler.dispose();
  }

  /** What prompts come to. @throws {NoCheckpointLoadedError} */
  plan({ prompts, condition, sampling, samplesPerPrompt }: PromptsToPlan): PromptPlan {
    if (this.#loaded === undefined) throw new NoCheckpointLoadedError();
    const { description, tokenizer, sampler } = this.#loaded;
    const promptTokens = prompts.map((prompt) => promptIds(tokenizer, prompt, condition).length);
    const longest = Math.min(Math.max(1, ...promptTokens), description.maxSequenceTokens);
    return { promptTokens, windowSamples: 2 * rowsFor(sampler, longest, samplesPerPrompt, sampling) };
  }

  /**
   * Draws one problem's samples.
   * @throws the signal's reason; {NoCheckpointLoadedError} {OtherWeightsError}, and as `drawGroup`
   */
  async sampleGroup(order: GroupOrder, signal: AbortSignal): Promise<DrawnGroup> {
    const loaded = await this.#enter(order.expectedDigest, signal);
    const drawing = drawGroup(order, loaded, signal, (shape) => (this.#lastShape = shape));
    this.#running.add(drawing);
    try {
      return await drawing;
    } finally {
      this.#running.delete(drawing);
      this.#endTenure();
    }
  }

  /**
   * Log-probabilities of texts, each cut on the right at the model's length, all from the same weights. The first call
   * after a load reads those from their files once more: only scoring needs them as they are there.
   * @throws the signal's reason; {NoCheckpointLoadedError} {OtherWeightsError} {NonFiniteLogitsError}
   * @throws {LoadedCheckpointGoneError} if the files are gone, or have changed
   */
  async score(texts: readonly string[], expectedDigest: string | undefined, signal: AbortSignal): Promise<ScoredTexts> {
    let scoring: { readonly loaded: LoadedModel; readonly turns: Generator<undefined, ScoredText[]> } | undefined;
    for (;;) {
      const loaded = await this.#enter(expectedDigest, signal);
      // Begun again with other weights, so that all scores are of one model.
      if (scoring?.loaded !== loaded) scoring = { loaded, turns: scoreInTurns(texts, loaded) };
      try {
        const { done, value } = scoring.turns.next();
        if (done === true) return { digest: loaded.description.digest, scores: value };
      } catch (cause) {
        const gone = cause instanceof CheckpointNotFoundError || cause instanceof InvalidCheckpointError;
        throw gone ? new LoadedCheckpointGoneError(cause.path, cause.message, { cause }) : cause;
      }
      await nextTurn();
    }
  }

  /** The model, when an order may begin, if it is the one that is wanted. */
  async #enter(expectedDigest: string | undefined, signal: AbortSignal): Promise<LoadedModel> {
    await this.#gate;
    signal.throwIfAborted();
    if (this.#loaded === undefined) throw new NoCheckpointLoadedError();
    const { digest } = this.#loaded.description;
    if (expectedDigest !== undefined && expectedDigest !== digest) throw new OtherWeightsError(expectedDigest, digest);
    return this.#loaded;
  }
}

/** Samples side by side, of a prompt with so many tokens. One that has no room is refused when it is drawn. */
function rowsFor(sampler: Sampler, promptTokens: number, samples: number, sampling: SamplingParameters): number {
  const { temperature, topP, topK, maxNewTokens } = sampling;
  try {
    return sampler.rowsFor({
      groupId: 'planned',
      promptIds: new Int32Array(promptTokens),
      samples: Array.from({ length: samples }, (_, sampleIndex) => ({ sampleIndex, seed: 0n })),
      temperature,
      topP,
      topK,
      maxNewTokens,
      eosTokenIds: [],
    });
  } catch (error) {
    if (error instanceof DeviceMemoryError) return 1;
    throw error;
  }
}
