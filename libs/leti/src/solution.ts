/** The reward token that a prompt starts with; `none` is a base model's prompt. */
export type Condition = 'none' | 'good' | 'bad';

/** Why sampling of one solution ended: end-of-text token, stop string, or the new-token limit. */
export type FinishReason = 'eos' | 'stop' | 'length';

/**
 * What drew a solution's tokens: `local`, our own engine, whose weights are those of the digest and whose text is the same
 * each time; or `endpoint`, an OpenAI-compatible server, for which neither can be vouched.
 */
export type EngineKind = 'local' | 'endpoint';

/** How tokens are drawn. */
export interface SamplingParameters {
  /** 0 is greedy; otherwise logits are divided by it. Range [0, 10]. */
  readonly temperature: number;
  /** Nucleus mass in (0, 1]; 1 keeps every token. */
  readonly topP: number;
  /** Draws from the most probable so many tokens only, before `topP`; 0 is all. */
  readonly topK: number;
  /** New tokens per solution, at least 1. */
  readonly maxNewTokens: number;
  /** Sampling ends before the first of these; at most 16. */
  readonly stop: readonly string[];
  /** Takes spaces before English punctuation out of the text, as the published system does; not out of `tokenIds`. */
  readonly cleanUpSpaces: boolean;
}

/** What the model wrote for a problem; a rollout in the field's words. */
export interface Solution {
  readonly problemId: string;
  /** 0-based among the n samples of the problem. */
  readonly sampleIndex: number;
  /** Decoded text without prompt, special tokens and stop string. */
  readonly text: string;
  /** Sampled ids, with the end-of-text token when `finishReason` is `eos`. */
  readonly tokenIds: readonly number[];
  /** Natural-log probability of each sampled token at temperature 1; as long as `tokenIds`. */
  readonly logprobs: readonly number[];
  readonly finishReason: FinishReason;
  /** `sha256:` + 64 hex digits of the checkpoint that sampled it. */
  readonly weightsDigest: string;
  readonly seed: bigint;
  readonly condition: Condition;
  readonly engine: EngineKind;
}
