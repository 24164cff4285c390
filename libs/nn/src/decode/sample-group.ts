/** One sample to draw. */
export interface SampleRequest {
  /** Given back with the sample; free of meaning here. */
  readonly sampleIndex: number;
  /** Key of the sample's random stream; the low 64 bits count. */
  readonly seed: bigint;
}

/** Samples of one prompt that share their parameters. */
export interface SampleGroup {
  /** Given back with every sample. */
  readonly groupId: string;
  /** int32 [P], 1 <= P, P + maxNewTokens <= the model's positions. */
  readonly promptIds: Int32Array;
  readonly samples: readonly SampleRequest[];
  /** Divides the logits; 0 takes the most probable token, the least id among equals. >= 0. */
  readonly temperature: number;
  /** Draw from the fewest most probable tokens that have this mass together. In (0, 1]; 1 is all. */
  readonly topP: number;
  /** Draw from so many most probable tokens at most, and from top-p of their mass. >= 0; 0, the default, is all. */
  readonly topK?: number;
  /** >= 1, the end-of-text token counted. */
  readonly maxNewTokens: number;
  /** Each of these ends a sample and is its last id. */
  readonly eosTokenIds: readonly number[];
  /**
   * Looks for a stop in the text. Asked once per chunk of tokens, and before a sample ends otherwise, with all its ids
   * so far and its index; returns how many to keep, or undefined to go on. It must give the same cut when asked later.
   */
  shouldStop?(tokenIds: readonly number[], sampleIndex: number): number | undefined;
}

/** A finished sample. */
export interface SampledTokens {
  readonly groupId: string;
  readonly sampleIndex: number;
  /** An end-of-text token is there, as the last id, if and only if `finishReason` is `eos`. */
  readonly tokenIds: number[];
  /** Natural logarithm of each id's probability at temperature 1, top-p 1. */
  readonly logprobs: number[];
  readonly finishReason: 'eos' | 'stop' | 'length';
}

/**
 * Checks a group before any work is done for it.
 * @throws {RangeError} naming the field
 */
export function checkSampleGroup(group: SampleGroup, model: { vocabSize: number; maxPositions: number }): void {
  const fail = (field: string, expectation: string, got: unknown): never => {
    throw new RangeError(`SampleGroup ${group.groupId}: ${field} must be ${expectation}, got ${String(got)}`);
  };
  const { promptIds, temperature, topP, topK = 0, maxNewTokens } = group;
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1) fail('maxNewTokens', 'an integer >= 1', maxNewTokens);
  const room = model.maxPositions - maxNewTokens;
  if (promptIds.length < 1 || promptIds.length > room) fail('promptIds', `1 to ${room} ids`, `${promptIds.length} ids`);
  const stranger = promptIds.find((id) => id < 0 || id >= model.vocabSize);
  if (stranger !== undefined) fail('promptIds', `ids in [0, ${model.vocabSize})`, stranger);
  if (!Number.isFinite(temperature) || temperature < 0) fail('temperature', 'finite and >= 0', temperature);
  if (!(topP > 0 && topP <= 1)) fail('topP', 'in (0, 1]', topP);
  if (!Number.isInteger(topK) || topK < 0) fail('topK', 'an integer >= 0', topK);
}
