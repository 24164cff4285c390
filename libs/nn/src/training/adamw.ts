import { tf, type Scalar, type Tensor } from '../tf.ts';

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
  /** learning rate / (1 − β₁^step) */
  readonly stepSize: number;
  /** 1 / √(1 − β₂^step) */
  readonly secondMomentScale: number;
}

/** @param step 1 for the first step @param learningRate at least 0 */
export function stepScalars(hyperparameters: AdamWHyperparameters, step: number, learningRate: number): StepScalars {
  const { beta1, beta2, weightDecay } = hyperparameters;
  return {
    keep: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** step),
    secondMomentScale: 1 / Math.sqrt(1 - beta2 ** step),
  };
}

/** Weights and moments of one group; each is a vector float32 [P]. */
export interface AdamWState {
  readonly weights: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
}

/**
 * One step of AdamW on one vector.
 * @param keep float32 [] or a plain 1 for groups without decay; `stepSize`, `secondMomentScale` float32 []
 * @returns the new state, three tensors that the caller disposes
 * @see Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2; same order of operations as torch.optim.AdamW
 */
export function adamWUpdate(
  { weights, firstMoment, secondMoment }: AdamWState,
  gradient: Tensor,
  { beta1, beta2, epsilon }: AdamWHyperparameters,
  scalars: { readonly keep: Scalar | undefined; readonly stepSize: Scalar; readonly secondMomentScale: Scalar },
): AdamWState {
  return tf.tidy(() => {
    const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.mul(tf.sqrt(v), scalars.secondMomentScale), epsilon);
    const kept = scalars.keep === undefined ? weights : tf.mul(weights, scalars.keep);
    const moved = tf.sub(kept, tf.mul(tf.div(m, denominator), scalars.stepSize));
    return { weights: moved, firstMoment: m, secondMoment: v };
  });
}
