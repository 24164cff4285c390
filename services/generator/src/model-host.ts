import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { readCheckpoint, type Checkpoint } from '@leti/checkpoint';
import type { Condition } from '@leti/leti';
import { Sampler, type SamplerOptions } from '@leti/nn';
import { describeModel } from './describe-model.ts';
import { drawGroup } from './draw-group.ts';
import type { Loaded } from './loaded-model.ts';
import type { GroupOrder, GroupResult, LoadedModel, LoadOrder, ScoredText, ScoreResult } from './model-messages.ts';
import { promptIds } from './prompt-ids.ts';
import { scoreSome } from './score-some.ts';
import { warmUp, type WarmUpShape } from './warm-up.ts';

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
  #loaded: Loaded | undefined;
  readonly #running = new Set<Promise<unknown>>();
  /** Resolves when orders may begin; pending while weights are replaced. */
  #gate: Promise<void> = Promise.resolve();
  #loading: Promise<unknown> = Promise.resolve();
  #tenure: Promise<unknown> = Promise.resolve();
  #endTenure: () => void = () => {};
  /** What was drawn last, and so probably will be next: weights are warmed up for it. Undefined at first. */
  #lastShape: WarmUpShape | undefined;

  /**
   * Replaces the weights, unless they are loaded already. Loads that come together happen one after the other.
   * @throws what `readCheckpoint` throws; {DeviceMemoryError} if they are too many;
   *   {NonFiniteLogitsError} if they give no numbers; the old ones then stay
   */
  load(order: LoadOrder): Promise<LoadedModel> {
    const turn = this.#loading.then(() => this.#load(order));
    this.#loading = turn.catch(() => {}); // the failure of one load is no other's
    return turn;
  }

  async #load({ path, folder, digest, rows, memoryBytes }: LoadOrder): Promise<LoadedModel> {
    const checkpoint = await readCheckpoint(folder, digest === undefined ? {} : { expectedDigest: digest });
    const old = this.#loaded;
    if (old?.model.digest === checkpoint.digest) return old.model;
    const { config, weights, tokenizer, endIds } = checkpoint;
    // Recording decoding graphs takes seconds and depends on the shape alone: weights of the same shape reuse them.
    const reuse = old !== undefined && JSON.stringify(old.config) === JSON.stringify(config) ? old.sampler : undefined;
    const made =
      reuse ?? (await this.#warmSampler(checkpoint, { rows, ...(memoryBytes !== undefined && { memoryBytes }) }));
    await this.#tenure;
    const opened = Promise.withResolvers<void>();
    this.#gate = opened.promise;
    try {
      await Promise.allSettled(this.#running);
      if (reuse !== undefined) await this.#replaceWeights(reuse, old!, weights);
      else old?.sampler.dispose();
      this.#loaded = {
        model: describeModel(path, checkpoint.digest, config, 'local'),
        config,
        weights,
        tokenizer,
        endIds,
        sampler: made,
      };
      const used = Promise.withResolvers<void>();
      this.#endTenure = used.resolve;
      this.#tenure = Promise.race([used.promise, sleep(TENURE_MS, undefined, { ref: false })]);
      return this.#loaded.model;
    } finally {
      opened.resolve();
    }
  }

  /** A sampler that has drawn tokens already, if anything was drawn before, made beside the one that serves. */
  async #warmSampler(
    { config, weights }: Checkpoint,
    limits: Pick<SamplerOptions, 'rows' | 'memoryBytes'>,
  ): Promise<Sampler> {
    const sampler = Sampler.create({ config, weights, ...limits });
    try {
      if (this.#lastShape !== undefined) await warmUp(sampler, config, this.#lastShape);
      return sampler;
    } catch (error) {
      sampler.dispose();
      throw error;
    }
  }

  /** Gives a sampler other weights of its shape, and the old ones again if those do not work. */
  async #replaceWeights(sampler: Sampler, old: Loaded, weights: Checkpoint['weights']): Promise<void> {
    try {
      sampler.setWeights(weights);
      if (this.#lastShape !== undefined) await warmUp(sampler, old.config, this.#lastShape);
    } catch (error) {
      this.#loaded = undefined;
      try {
        sampler.setWeights(old.weights); // read from their files again, if those are still there
        this.#loaded = old;
      } catch {
        sampler.dispose();
      }
      throw error;
    }
  }

  /** Digest of what is loaded. */
  get loadedDigest(): string | undefined {
    return this.#loaded?.model.digest;
  }

  /** Frees the model's memory. Nothing may be called afterwards. */
  dispose(): void {
    this.#loaded?.sampler.dispose();
  }

  /** Tokens that each prompt takes with its reward token; undefined when nothing is loaded. */
  countPromptTokens(prompts: readonly string[], condition: Condition): number[] | undefined {
    if (this.#loaded === undefined) return undefined;
    const { tokenizer } = this.#loaded;
    return prompts.map((prompt) => promptIds(tokenizer, prompt, condition).length);
  }

  /** Draws one problem's samples. @throws the signal's reason; {NonFiniteLogitsError} {DeviceMemoryError} */
  async sampleGroup(order: GroupOrder, signal: AbortSignal): Promise<GroupResult> {
    await this.#gate;
    signal.throwIfAborted();
    const loaded = this.#loaded;
    const loadedDigest = loaded?.model.digest;
    if (loaded === undefined || (order.expectedDigest ?? loadedDigest) !== loadedDigest) {
      return { kind: 'other_weights', loadedDigest };
    }
    const drawing = drawGroup(order, loaded, signal, (shape) => (this.#lastShape = shape));
    this.#running.add(drawing);
    try {
      return await drawing;
    } finally {
      this.#running.delete(drawing);
      this.#endTenure();
    }
  }

  /** Log-probabilities of texts, each cut on the right at the model's length, all from the same weights. */
  async score(texts: readonly string[], expectedDigest: string | undefined, signal: AbortSignal): Promise<ScoreResult> {
    const scores: ScoredText[] = [];
    let digest: string | undefined;
    while (scores.length < texts.length) {
      await this.#gate;
      signal.throwIfAborted();
      const loaded = this.#loaded;
      const loadedDigest = loaded?.model.digest;
      if (loaded === undefined || (expectedDigest ?? loadedDigest) !== loadedDigest) {
        return { kind: 'other_weights', loadedDigest };
      }
      if (digest !== loadedDigest) scores.length = 0; // begin again, so that all scores are of one model
      digest = loadedDigest;
      scores.push(...scoreSome(texts.slice(scores.length), loaded));
      await nextTurn();
    }
    return { kind: 'scored', digest: digest!, scores };
  }
}
