import { NonFiniteLogitsError } from './non-finite-logits-error.ts';
import type { SampleCall } from './sample-call.ts';
import type { SampledTokens, SampleGroup, SampleRequest } from './sample-group.ts';

/** Below this a log-probability is that of a token which padding made impossible, or not a number at all. */
const LEAST_LOGPROB = -1e29;

/** A sample in the making. */
export class SampleRow {
  readonly call: SampleCall;
  readonly group: SampleGroup;
  readonly request: SampleRequest;
  readonly #tokenIds: number[] = [];
  readonly #logprobs: number[] = [];

  constructor(call: SampleCall, group: SampleGroup, request: SampleRequest) {
    this.call = call;
    this.group = group;
    this.request = request;
  }

  /** How many tokens have been drawn. */
  get drawn(): number {
    return this.#tokenIds.length;
  }

  /** The token that the next step starts from. */
  get lastId(): number {
    return this.#tokenIds.at(-1) ?? this.group.promptIds.at(-1)!;
  }

  /**
   * Takes the tokens of one chunk, up to the first that ends the sample.
   * @returns the sample, once it has ended
   * @throws {NonFiniteLogitsError}
   */
  accept(ids: Int32Array, logprobs: Float32Array): SampledTokens | undefined {
    const end = this.#take(ids, logprobs);
    const keep = this.group.shouldStop?.(this.#tokenIds, this.request.sampleIndex);
    // A cut that keeps the end-of-text token cuts nothing.
    if (keep !== undefined && !(end === 'eos' && keep >= this.drawn)) return this.#finish('stop', keep);
    return end === undefined ? undefined : this.#finish(end, this.drawn);
  }

  #take(ids: Int32Array, logprobs: Float32Array): SampledTokens['finishReason'] | undefined {
    const { eosTokenIds, maxNewTokens, groupId } = this.group;
    for (const [step, id] of ids.entries()) {
      const logprob = logprobs[step]!;
      if (!(logprob > LEAST_LOGPROB)) {
        const place = `SampleGroup ${groupId}, sample ${this.request.sampleIndex}, token ${this.drawn}`;
        throw new NonFiniteLogitsError(place, logprob);
      }
      this.#tokenIds.push(id);
      this.#logprobs.push(logprob);
      if (eosTokenIds.includes(id)) return 'eos';
      if (this.drawn === maxNewTokens) return 'length';
    }
    return undefined;
  }

  #finish(finishReason: SampledTokens['finishReason'], keep: number): SampledTokens {
    return {
      groupId: this.group.groupId,
      sampleIndex: this.request.sampleIndex,
      tokenIds: this.#tokenIds.slice(0, keep),
      logprobs: this.#logprobs.slice(0, keep),
      finishReason,
    };
  }
}
