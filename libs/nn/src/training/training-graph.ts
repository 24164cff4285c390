import { float32, int32, type TensorSpec } from '../compile/dtype.ts';
import type { TraceResult } from '../compile/stateful-graph.ts';
import { forward } from '../families/forward.ts';
import type { Parameter } from '../families/parameter.ts';
import { selectWhole, sumOfSquares } from '../kernels.ts';
import { maskedCrossEntropy } from '../layers/masked-cross-entropy.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from '../tf.ts';
import type { AdamWHyperparameters } from './adamw.ts';
import type { BatchShape } from './batch.ts';

/** Variables of the training graph: of each parameter, by its name, the weights and both moments. */
export type TrainingVariable = `${'weights' | 'm' | 'v'}.${string}`;

/** Inputs of `lossTrace`: fields of `PaddedBatch`. Positions and segments matter to packed batches only. */
export type BatchInput = 'ids' | 'targets' | 'weights' | 'positions' | 'segments';

/** Their shapes and types. */
export function batchSpecs({ rows, tokens }: BatchShape): Record<BatchInput, TensorSpec> {
  const ints = int32(rows * tokens);
  return { ids: ints, targets: ints, weights: float32(rows * tokens), positions: ints, segments: ints };
}

/** What `stepTrace` takes besides the batch: the fields of `StepScalars`. */
export const SCALAR_SPECS = { keep: float32(), rate: float32(), epsilon: float32() } as const;

/** What the graphs of one model are made of. */
export interface TrainedModel {
  readonly config: ModelConfig;
  readonly parameters: readonly Parameter[];
}

type Inputs = Readonly<Record<BatchInput, Tensor>>;
type Variables = Readonly<Record<TrainingVariable, Tensor>>;

/** Mean loss over the kept targets, as a traceable function without updates. */
export function lossTrace(
  model: TrainedModel,
  shape: BatchShape,
): (inputs: Inputs, variables: Variables) => TraceResult<TrainingVariable, 'loss'> {
  return (inputs, variables) => ({
    outputs: { loss: batchLoss(model, weightsOf(model, variables), inputs, shape) },
  });
}

/**
 * Loss, gradients and one AdamW step, as a traceable function. Where loss or gradients are not finite, every variable
 * keeps its value.
 */
export function stepTrace(
  model: TrainedModel,
  hyperparameters: AdamWHyperparameters,
  shape: BatchShape,
): (
  inputs: Inputs & Readonly<Record<keyof typeof SCALAR_SPECS, Tensor>>,
  variables: Variables,
) => TraceResult<TrainingVariable, 'loss' | 'gradientNorm'> {
  return (inputs, variables) => {
    const { beta1, beta2, weightDecay, maxGradientNorm } = hyperparameters;
    const lossOf = (...list: Tensor[]): Scalar => batchLoss(model, list, inputs, shape);
    const { value: loss, grads } = tf.valueAndGrads(lossOf)(weightsOf(model, variables));
    const gradientNorm = tf.sqrt(tf.addN(grads.map(sumOfSquares))) as Scalar;
    const isFinite = tf.isFinite(tf.add(loss, gradientNorm)) as Scalar;
    const whereFinite = (value: Tensor, otherwise: Tensor): Tensor => selectWhole(isFinite, value, otherwise);

    // The step that changes nothing: a gradient equal to the first moment, no rate, no share for a new square.
    const scalars = {
      rate: whereFinite(inputs.rate, tf.scalar(0)),
      beta1: tf.scalar(beta1),
      beta2: whereFinite(tf.scalar(beta2), tf.scalar(1)),
      epsilon: inputs.epsilon,
    };
    const scale = maxGradientNorm === undefined ? undefined : clipScale(gradientNorm, maxGradientNorm);
    const adamSteps = model.parameters.map(({ name }, i) => {
      const gradient = scale === undefined ? grads[i]! : tf.mul(grads[i]!, scale);
      return {
        weights: `weights.${name}` as const,
        firstMoment: `m.${name}` as const,
        secondMoment: `v.${name}` as const,
        gradient: whereFinite(gradient, variables[`m.${name}`]!),
        scalars,
      };
    });
    const keep = whereFinite(inputs.keep, tf.scalar(1));
    const decayed = model.parameters.filter((parameter) => weightDecay > 0 && parameter.decayed);
    const updates = Object.fromEntries(
      decayed.map(({ name }) => [`weights.${name}`, tf.mul(variables[`weights.${name}`]!, keep)]),
    );
    return { outputs: { loss, gradientNorm }, updates, adamSteps };
  };
}

/** As torch.nn.utils.clip_grad_norm_: max / (norm + 1e-6) where that is below 1. */
function clipScale(norm: Scalar, maxNorm: number): Tensor {
  return tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
}

function weightsOf({ parameters }: TrainedModel, variables: Variables): Tensor[] {
  return parameters.map(({ name }) => variables[`weights.${name}`]!);
}

function batchLoss(
  { config, parameters }: TrainedModel,
  tensors: readonly Tensor[],
  { ids, targets, weights, positions, segments }: Inputs,
  { layout, rows }: BatchShape,
): Scalar {
  const byName = Object.fromEntries(parameters.map((parameter, i) => [parameter.name, tensors[i]!]));
  const packing = { positions: positions as Tensor1D, segments: segments as Tensor1D };
  const logits = forward(config, byName, ids as Tensor1D, rows, layout === 'packed' ? packing : undefined);
  return maskedCrossEntropy(logits, targets as Tensor1D, weights as Tensor1D);
}
