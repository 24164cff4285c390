/** Settings of AdamW that hold for a whole run. */
export interface AdamWHyperparameters {
  /** Decay of the first moment, in [0, 1). */
  readonly beta1: number;
  /** Decay of the second moment, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Share of a matrix taken off at each step, per unit of learning rate. Biases and LayerNorms are not decayed. */
  readonly weightDecay: number;
  /** Gradients whose norm over all parameters exceeds this are scaled down to it. No limit where undefined. */
  readonly maxGradientNorm?: number;
}

/** PyTorch's defaults for `torch.optim.AdamW`. */
export const DEFAULT_ADAMW: AdamWHyperparameters = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** @throws {RangeError} naming the first hyperparameter out of range */
export function checkAdamW(hyperparameters: AdamWHyperparameters): void {
  const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = hyperparameters;
  const check = (name: string, value: number, ok: boolean, range: string): void => {
    if (!ok) throw new RangeError(`AdamWHyperparameters.${name} must be ${range}, got ${value}`);
  };
  check('beta1', beta1, beta1 >= 0 && beta1 < 1, 'in [0, 1)');
  check('beta2', beta2, beta2 >= 0 && beta2 < 1, 'in [0, 1)');
  check('epsilon', epsilon, epsilon > 0 && epsilon < Infinity, 'positive');
  check('weightDecay', weightDecay, weightDecay >= 0 && weightDecay < Infinity, 'at least 0');
  if (maxGradientNorm !== undefined) check('maxGradientNorm', maxGradientNorm, maxGradientNorm > 0, 'positive');
}

/** The numbers of one step that change from step to step, computed in double precision. */
export interface StepScalars {
  /** What is left of a decayed weight: 1 − learning rate · weight decay. */
  readonly keep: number;
  /** What is taken off a decayed weight, as a share of it: learning rate · weight decay. */
  readonly decay: number;
  /** learning rate · √(1 − β₂^step) / (1 − β₁^step) */
  readonly rate: number;
  /** ε · √(1 − β₂^step) */
  readonly epsilon: number;
}

/**
 * With √v̂ = √v / √(1 − β₂^step), torch.optim.AdamW's learning rate · m̂ / (√v̂ + ε) is rate · m / (√v + epsilon).
 * @param step 1 for the first step @param learningRate at least 0
 * @see Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2
 */
export function stepScalars(hyperparameters: AdamWHyperparameters, step: number, learningRate: number): StepScalars {
  const { beta1, beta2, weightDecay, epsilon } = hyperparameters;
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    keep: 1 - learningRate * weightDecay,
    decay: learningRate * weightDecay,
    rate: (learningRate * correction) / (1 - beta1 ** step),
    epsilon: epsilon * correction,
  };
}
