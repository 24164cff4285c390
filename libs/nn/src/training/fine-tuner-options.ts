import type { ProductPrecision } from '../compile/dtype.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import type { AdamWHyperparameters } from './adamw.ts';
import type { BatchLayout, TrainingBatch } from './batch.ts';
import type { DistillationBatch } from './distillation-batch.ts';
import type { WeightPrecision } from './weight-precision.ts';

/** Where a fine-tuner starts. */
export interface FineTunerOptions {
  readonly config: ModelConfig;
  /** By Hugging Face names and in its layout. Copied. */
  readonly weights: NamedArrays;
  /** What `optimizerState()` returned; without it the moments start at zero. Copied. */
  readonly optimizerState?: NamedArrays;
  readonly hyperparameters: AdamWHyperparameters;
  /** How sequences share the rows of a batch. Default `padded`. */
  readonly layout?: BatchLayout;
  /** What matrix products are computed in. Default `float32`; `bfloat16` needs recorded graphs. */
  readonly products?: ProductPrecision;
  /** What weights are rounded to, from the start on. Default `float32`: not at all. */
  readonly weightPrecision?: WeightPrecision;
  /**
   * Rows of a batch that are computed at a time, at least 1: larger batches are cut, and the losses and gradients of the
   * parts added before the step. The same but for rounding, in less memory. Default: all of a batch's.
   */
  readonly microBatchSize?: number;
  /**
   * Hold only each block's input for the gradient, and compute the block once more there: the same numbers in about a third
   * more time and a fraction of the memory. Default false.
   */
  readonly recompute?: boolean;
  /** What a step may take by the estimate of `trainingMemory`. Default: all that the machine, its container or its GPU has. */
  readonly memoryBytes?: number;
  /** Run recorded graphs (the default), or the same code kernel by kernel, which is slower. */
  readonly compiled?: boolean;
}

/** The loss of a batch. */
export interface BatchLoss {
  /** Mean over the kept targets, by their sequences' weights, in nats. */
  readonly loss: number;
  /** How many targets were kept. */
  readonly tokens: number;
}

/** What one optimizer step reports. */
export interface StepResult extends BatchLoss {
  /** Euclidean norm of the gradient over all parameters, before clipping. */
  readonly gradientNorm: number;
}

/** What `prepare` makes graphs for. */
export interface PreparedBatches {
  /** To be passed to `step`. */
  readonly steps?: Iterable<TrainingBatch>;
  /** To be passed to `distillStep`. */
  readonly distillations?: Iterable<DistillationBatch>;
  /** To be passed to `evaluateLoss`. */
  readonly evaluations?: Iterable<TrainingBatch>;
}
