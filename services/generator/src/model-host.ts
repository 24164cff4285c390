import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { readCheckpoint, type Checkpoint } from '@leti/checkpoint';
import type { Condition } from '@leti/leti';
import { Sampler, type SampledTokens, type SamplerOptions } from '@leti/nn';
import { sizeOf } from '@leti/nn/model';
import type { Tokenizer } from '@leti/tokenizer';
import type { GroupOrder, GroupResult, LoadedModel, LoadOrder, ScoredText, ScoreResult } from './model-messages.ts';
import { promptIds } from './prompt-ids.ts';
import { SampledText, textOf } from './sampled-text.ts';
import { warmUp, type WarmUpShape } from './warm-up.ts';

interface Loaded {
  readonly model: LoadedModel;
  readonly config: Checkpoint['config'];
  /** To return to, should weights that are to replace them not work. */
  readonly weights: Checkpoint['weights'];
  readonly tokenizer: Tokenizer;
  readonly sampler: Sampler;
}

/**
 * How long newly loaded weights are kept for those who loaded them, if nothing is drawn from them: two clients who load
 * different checkpoints in turn then both get some work done instead of replacing each other's weights unused.
 */
const TENURE_MS = 500;

/** Texts are scored in turns of about so many tokens, each of them a [tokens, vocabulary] array of logits. */
const SCORE_TOKENS_PER_TURN = 2048;

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
    const { config, weights, tokenizer } = checkpoint;
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
      this.#loaded = { model: describe(path, checkpoint), config, weights, tokenizer, sampler: made };
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
    const drawing = draw(order, loaded, signal, (shape) => (this.#lastShape = shape));
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

async function draw(
  order: GroupOrder,
  { model, config, tokenizer, sampler }: Loaded,
  signal: AbortSignal,
  onShape: (shape: WarmUpShape) => void,
): Promise<GroupResult> {
  const { stop, cleanUpSpaces: _, ...parameters } = order.sampling;
  const ids = promptIds(tokenizer, order.prompt, order.condition);
  const maxPromptTokens = model.maxSequenceTokens - parameters.maxNewTokens;
  if (ids.length === 0 || ids.length > maxPromptTokens) {
    return { kind: 'prompt_too_long', promptTokens: ids.length, maxPromptTokens };
  }
  onShape({ promptTokens: ids.length, samples: order.samples.length, ...parameters });
  const texts = new Map(order.samples.map(({ sampleIndex }) => [sampleIndex, new SampledText(tokenizer, stop)]));
  const finished = new Map<number, SampledTokens>();
  const group = {
    groupId: '',
    promptIds: Int32Array.from(ids),
    samples: order.samples,
    ...parameters,
    eosTokenIds: [...new Set([tokenizer.special.eos, ...(config.eosTokenIds ?? [])])],
    ...(stop.length > 0 && {
      shouldStop: (soFar: readonly number[], sampleIndex: number) => texts.get(sampleIndex)!.take(soFar),
    }),
  };
  await sampler.sample([group], { onSample: (sample) => finished.set(sample.sampleIndex, sample), signal });
  const samples = order.samples.map(({ sampleIndex }) => {
    const { tokenIds, logprobs, finishReason } = finished.get(sampleIndex)!;
    const text = textOf(tokenizer, tokenIds, order.sampling);
    return { sampleIndex, text, tokenIds, logprobs, finishReason };
  });
  return { kind: 'sampled', digest: model.digest, samples };
}

/** Scores of the first texts, as many as one turn takes and at least one. */
function scoreSome(texts: readonly string[], { model, tokenizer, sampler }: Loaded): ScoredText[] {
  const batch: Int32Array[] = [];
  let tokens = 0;
  for (const text of texts) {
    const ids = Int32Array.from(tokenizer.encode(text).slice(0, model.maxSequenceTokens));
    if (batch.length > 0 && tokens + ids.length > SCORE_TOKENS_PER_TURN) break;
    batch.push(ids);
    tokens += ids.length;
  }
  const scorable = batch.filter((ids) => ids.length > 1);
  const found = new Map<Int32Array, Float32Array>();
  if (scorable.length > 0) sampler.scoreTokens(scorable).forEach((logprobs, i) => found.set(scorable[i]!, logprobs));
  return batch.map((ids) => ({ tokenIds: [...ids], logprobs: [...(found.get(ids) ?? [])] }));
}

function describe(path: string, { digest, config, weights }: Checkpoint): LoadedModel {
  let parameterCount = 0;
  for (const { shape } of weights.values()) parameterCount += sizeOf(shape);
  return {
    path,
    digest,
    architecture: config.modelType,
    parameterCount,
    numLayers: config.numLayers,
    embedDim: config.embedDim,
    numHeads: config.numHeads,
    vocabSize: config.vocabSize,
    maxSequenceTokens: config.maxPositions,
    engine: 'local',
  };
}
