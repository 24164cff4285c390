import type { Condition, EngineKind, FinishReason, SamplingParameters } from '@leti/leti';

/** What is known of a loaded checkpoint, in the terms of the `Model` message. */
export interface LoadedModel {
  /** As the caller named it: a folder or `micro-base`. */
  readonly path: string;
  /** `sha256:` + 64 hex digits. */
  readonly digest: string;
  readonly architecture: string;
  readonly parameterCount: number;
  readonly numLayers: number;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly vocabSize: number;
  readonly maxSequenceTokens: number;
  readonly engine: EngineKind;
}

/** One problem's samples to draw. */
export interface GroupOrder {
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

/** What became of an order. Refusals are data, so that they cross the process boundary as they are. */
export type GroupResult =
  /** Samples in the order's order. */
  | { readonly kind: 'sampled'; readonly digest: string; readonly samples: readonly SampledSolution[] }
  | { readonly kind: 'other_weights'; readonly loadedDigest: string | undefined }
  | { readonly kind: 'broken_weights'; readonly message: string }
  /** Not one sample so long fits in the memory there is. */
  | { readonly kind: 'no_memory'; readonly message: string }
  | { readonly kind: 'prompt_too_long'; readonly promptTokens: number; readonly maxPromptTokens: number };

/** Token log-probabilities of one text. */
export interface ScoredText {
  readonly tokenIds: readonly number[];
  /** Natural logs for tokens 1 … T − 1; empty for an empty text. */
  readonly logprobs: readonly number[];
}

export type ScoreResult =
  | { readonly kind: 'scored'; readonly digest: string; readonly scores: readonly ScoredText[] }
  | { readonly kind: 'broken_weights'; readonly message: string }
  | { readonly kind: 'other_weights'; readonly loadedDigest: string | undefined };

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
}

export type LoadResult =
  | { readonly kind: 'loaded'; readonly model: LoadedModel }
  | {
      readonly kind: 'not_found' | 'other_digest' | 'unusable';
      readonly message: string;
      /** The old checkpoint's; undefined when nothing is loaded now. */
      readonly loadedDigest: string | undefined;
    };
