import type { Condition, FinishReason, SamplingParameters } from '@leti/leti';
import type { ProductPrecision } from '@leti/nn';

/** Prompts that samples are to be drawn of. */
export interface PromptsToPlan {
  /** Without reward token. */
  readonly prompts: readonly string[];
  readonly condition: Condition;
  readonly sampling: SamplingParameters;
  readonly samplesPerPrompt: number;
}

/** What prompts come to. */
export interface PromptPlan {
  /** Tokens of each prompt, with all that goes before it. */
  readonly promptTokens: readonly number[];
  /**
   * Samples of one call that may be with the engine at a time, those that its client has not taken yet included: two
   * batches, so that it never idles and a call that comes later need not wait for more.
   */
  readonly windowSamples: number;
}

/** One problem's samples to draw. */
export interface GroupOrder {
  /** For messages. */
  readonly problemId: string;
  /** The problem's prompt, without reward token. */
  readonly prompt: string;
  readonly condition: Condition;
  readonly sampling: SamplingParameters;
  readonly samples: readonly { readonly sampleIndex: number; readonly seed: bigint }[];
  /** Draw from these weights or not at all; undefined takes what is loaded. */
  readonly expectedDigest: string | undefined;
}

/** One drawn sample. */
export interface SampledSolution {
  readonly sampleIndex: number;
  readonly text: string;
  readonly tokenIds: readonly number[];
  /** Natural logs, as many as `tokenIds`. */
  readonly logprobs: readonly number[];
  readonly finishReason: FinishReason;
}

/** Samples of one problem, drawn from one model. */
export interface DrawnGroup {
  /** Of the weights. */
  readonly digest: string;
  /** In the order's order. */
  readonly samples: readonly SampledSolution[];
}

/** Token log-probabilities of one text. */
export interface ScoredText {
  readonly tokenIds: readonly number[];
  /** Natural logs for tokens 1 … T − 1; empty for an empty text. */
  readonly logprobs: readonly number[];
}

/** Texts, scored by one model. */
export interface ScoredTexts {
  /** Of the weights. */
  readonly digest: string;
  readonly scores: readonly ScoredText[];
}

/** Which checkpoint to load. */
export interface LoadOrder {
  /** What the caller calls it. */
  readonly path: string;
  /** Where it lies. */
  readonly folder: string;
  readonly digest: string | undefined;
  /** Samples decoded side by side. */
  readonly rows: number;
  /** For weights, caches and results; undefined goes by the machine's. */
  readonly memoryBytes: number | undefined;
  /** What part of that memory this process may have; all of it if left out. */
  readonly memoryShare?: number;
  /** What matrix products are computed in; float32 if left out. */
  readonly products?: ProductPrecision | undefined;
}
