import { sampleSeed, type CheckpointReference, type Problem, type Solution } from '@leti/leti';
import { pinCheckpoint } from '@leti/requests';
import type { Logger } from '@leti/rpc';
import type { Tokenizer } from '@leti/tokenizer';
import { describeModel, type ModelDescription } from '../describe-model.ts';
import type { Engine, ProblemSampling } from '../engine.ts';
import { NoCheckpointLoadedError, OtherWeightsError } from '../errors.ts';
import type { PromptPlan, PromptsToPlan, ScoredText, ScoredTexts } from '../model-messages.ts';
import { promptIds } from '../prompt-ids.ts';
import { textOf } from '../sampled-text.ts';
import { complete, listModels, type ServedModelCard } from './completions.ts';
import { EndpointModelError } from './endpoint-errors.ts';
import { createHttpJson, type HttpJson, type HttpJsonOptions } from './http-json.ts';
import { finiteLogprobs, readSample } from './read-sample.ts';

/** A model that the endpoint serves, with what is done on this side. */
interface ServedModel {
  readonly description: ModelDescription;
  readonly tokenizer: Tokenizer;
  /** What the endpoint calls the model. */
  readonly name: string;
  /** Ends a text. */
  readonly endIds: readonly number[];
}

/** Seeds go as JSON numbers, which are exact up to here. */
const SEED_BITS = 53;

/**
 * An OpenAI-compatible server (vLLM, SGLang) in place of our own model. Tokens go there and come back as ids: prompts are
 * encoded and texts decoded here, by the checkpoint folder's tokenizer, so stop strings and special tokens mean the same
 * as with our own engine. That the server has the folder's weights is checked by name only.
 */
export class EndpointEngine implements Engine {
  readonly state = 'ready';
  readonly workerPid = undefined;
  readonly #http: HttpJson;
  readonly #connections: number;
  readonly #url: string;
  readonly #name: string | undefined;
  readonly #logger: Logger;
  #loaded: ServedModel | undefined;

  /** @param options.name what the endpoint calls the model; undefined looks for the checkpoint's path among its models */
  constructor({
    logger,
    name,
    ...http
  }: HttpJsonOptions & { readonly logger: Logger; readonly name: string | undefined }) {
    this.#logger = logger;
    this.#name = name;
    this.#url = http.url;
    this.#http = createHttpJson(http);
    this.#connections = http.connections;
  }

  require(expectedDigest?: string): ModelDescription {
    return this.#require(expectedDigest).description;
  }

  /**
   * Reads tokenizer and configuration of a folder and finds the endpoint's name for it. Its files are read whole for the
   * digest, unless that is the loaded one's; weights stay where they are.
   * @throws what `pinCheckpoint` throws; {EndpointModelError} if the endpoint does not serve it
   */
  async load(reference: CheckpointReference, signal: AbortSignal): Promise<ModelDescription> {
    const isLoaded = (digest: string | undefined): boolean =>
      digest !== undefined && digest === this.#loaded?.description.digest;
    if (isLoaded(reference.digest)) return this.require();
    const { checkpoint, config, tokenizer, endIds } = await pinCheckpoint(reference);
    if (isLoaded(checkpoint.digest)) return this.require();
    const card = this.#cardFor(checkpoint.path, await listModels(this.#http, signal));
    const whole = describeModel(reference.path, checkpoint.digest, config, 'endpoint');
    const maxSequenceTokens = Math.min(whole.maxSequenceTokens, card.maxModelLen ?? Infinity);
    const description = { ...whole, maxSequenceTokens };
    this.#loaded = { description, tokenizer, name: card.id, endIds };
    this.#logger.info({ event: 'checkpoint_at_endpoint', endpoint: this.#url, name: card.id, ...description });
    return description;
  }

  #cardFor(path: string, cards: readonly ServedModelCard[]): ServedModelCard {
    const found = cards.find(({ id, root }) =>
      this.#name === undefined ? id === path || root === path : id === this.#name,
    );
    if (found !== undefined) return found;
    const served = cards.map(({ id, root }) => (root === undefined || root === id ? id : `${id} (${root})`));
    throw new EndpointModelError(
      `${this.#url}: want a model ${this.#name ?? path} among those served, got ${served.join(', ') || 'none'}`,
    );
  }

  plan({ prompts, condition }: PromptsToPlan): Promise<PromptPlan> {
    const { tokenizer } = this.#require();
    const promptTokens = prompts.map((prompt) => promptIds(tokenizer, prompt, condition).length);
    return Promise.resolve({ promptTokens, windowSamples: 2 * this.#connections });
  }

  /** @throws {EndpointUnavailableError} {EndpointRefusedError} {EndpointAnswerError}; the first of any sample ends all */
  async sample(
    problem: Problem,
    sampleIndexes: readonly number[],
    { condition, sampling, seed: callSeed, expectedDigest }: ProblemSampling,
    signal: AbortSignal,
  ): Promise<readonly Solution[]> {
    const loaded = this.#require(expectedDigest);
    const { tokenizer, endIds } = loaded;
    const { problemId } = problem;
    const prompt = promptIds(tokenizer, problem.prompt, condition);
    const request = {
      model: loaded.name,
      prompt,
      max_tokens: sampling.maxNewTokens,
      temperature: sampling.temperature,
      top_p: sampling.topP,
      top_k: sampling.topK === 0 ? -1 : sampling.topK,
      stop: sampling.stop,
      stop_token_ids: endIds,
    };
    const draw = async (sampleIndex: number, stopped: AbortSignal): Promise<Solution> => {
      const seed = sampleSeed(callSeed, problemId, sampleIndex);
      const answer = await complete(this.#http, { ...request, seed: Number(BigInt.asUintN(SEED_BITS, seed)) }, stopped);
      const drawn = readSample(answer, tokenizer, sampling, endIds, loaded.description.vocabSize);
      return {
        problemId,
        sampleIndex,
        text: textOf(tokenizer, drawn.tokenIds, sampling),
        ...drawn,
        weightsDigest: loaded.description.digest,
        seed,
        condition,
        engine: 'endpoint',
      };
    };
    return allOrNone(sampleIndexes, draw, signal);
  }

  async score(texts: readonly string[], expectedDigest: string | undefined, signal: AbortSignal): Promise<ScoredTexts> {
    const { description, tokenizer, name } = this.#require(expectedDigest);
    const score = async (text: string, stopped: AbortSignal): Promise<ScoredText> => {
      const tokenIds = tokenizer.encode(text).slice(0, description.maxSequenceTokens - 1);
      if (tokenIds.length < 2) return { tokenIds, logprobs: [] };
      const request = { model: name, prompt: tokenIds, max_tokens: 1, temperature: 0, echo: true };
      const { logprobs } = await complete(this.#http, request, stopped);
      return { tokenIds, logprobs: finiteLogprobs(logprobs.slice(1, tokenIds.length), tokenIds.length - 1) };
    };
    return { digest: description.digest, scores: await allOrNone(texts, score, signal) };
  }

  close(): Promise<void> {
    this.#http.close();
    return Promise.resolve();
  }

  #require(expectedDigest?: string): ServedModel {
    if (this.#loaded === undefined) throw new NoCheckpointLoadedError();
    const { digest } = this.#loaded.description;
    if (expectedDigest !== undefined && expectedDigest !== digest) throw new OtherWeightsError(expectedDigest, digest);
    return this.#loaded;
  }
}

/** The results of all; the first failure ends the others, so that nothing is computed for nobody. */
async function allOrNone<In, Out>(
  items: readonly In[],
  run: (item: In, signal: AbortSignal) => Promise<Out>,
  signal: AbortSignal,
): Promise<readonly Out[]> {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  try {
    return await Promise.all(items.map((item) => run(item, either)));
  } finally {
    ended.abort(new Error('the call has ended'));
  }
}
