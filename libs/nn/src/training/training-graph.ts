import { float32, int32, type TensorSpec } from '../compile/dtype.ts';
import type { TraceResult } from '../compile/stateful-graph.ts';
import { forward } from '../families/forward.ts';
import { parametersOf } from '../families/index.ts';
import type { Parameter } from '../families/parameter.ts';
import { selectWhole } from '../kernels.ts';
import { maskedCrossEntropy } from '../layers/masked-cross-entropy.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from '../tf.ts';
import { adamWUpdate, type AdamWHyperparameters } from './adamw.ts';
import type { BatchShape } from './batch.ts';
import { joinGroup, parameterGroup, splitGroup, type ParameterGroup } from './parameter-group.ts';

/** The two vectors of parameters: matrices, which AdamW decays, and the rest. */
export type GroupName = 'decayed' | 'plain';
/** Variables of the training graph: each group's weights and moments. */
export type TrainingVariable = `${'weights' | 'm' | 'v'}.${GroupName}`;
/** The model's parameters by group. */
export type ParameterGroups = Readonly<Record<GroupName, ParameterGroup>>;

export const GROUP_NAMES: readonly GroupName[] = ['decayed', 'plain'];

/** Divides the model's parameters into the two groups. */
export function parameterGroups(config: ModelConfig): ParameterGroups {
  const parameters = parametersOf(config);
  return {
    decayed: parameterGroup(parameters.filter((parameter) => parameter.decayed)),
    plain: parameterGroup(parameters.filter((parameter) => !parameter.decayed)),
  };
}

/** Inputs of `lossTrace`: fields of `PaddedBatch`. Positions and segments matter to packed batches only. */
export type BatchInput = 'ids' | 'targets' | 'weights' | 'positions' | 'segments';

/** Their shapes and types. */
export function batchSpecs({ rows, tokens }: BatchShape): Record<BatchInput, TensorSpec> {
  const ints = int32(rows * tokens);
  return { ids: ints, targets: ints, weights: float32(rows * tokens), positions: ints, segments: ints };
}

/** What `stepTrace` takes besides the batch: the fields of `StepScalars`. */
export const SCALAR_SPECS = { keep: float32(), stepSize: float32(), secondMomentScale: float32() } as const;

type Inputs = Readonly<Record<BatchInput, Tensor>>;
type Variables = Readonly<Record<TrainingVariable, Tensor>>;

/** Mean loss over the kept targets, as a traceable function without updates. */
export function lossTrace(
  config: ModelConfig,
  groups: ParameterGroups,
  shape: BatchShape,
): (inputs: Inputs, variables: Variables) => TraceResult<TrainingVariable, 'loss'> {
  return (inputs, variables) => {
    const tensors = GROUP_NAMES.flatMap((name) => splitGroup(groups[name], variables[`weights.${name}`]));
    return { outputs: { loss: batchLoss(config, allParameters(groups), tensors, inputs, shape) } };
  };
}

/**
 * Loss, gradients and one AdamW step, as a traceable function. Where loss or gradients are not finite, every variable
 * keeps its value.
 */
export function stepTrace(
  config: ModelConfig,
  groups: ParameterGroups,
  hyperparameters: AdamWHyperparameters,
  shape: BatchShape,
): (
  inputs: Inputs & Readonly<Record<keyof typeof SCALAR_SPECS, Tensor>>,
  variables: Variables,
) => TraceResult<TrainingVariable, 'loss' | 'gradientNorm'> {
  return (inputs, variables) => {
    const parameters = allParameters(groups);
    const tensors = GROUP_NAMES.flatMap((name) => splitGroup(groups[name], variables[`weights.${name}`]));
    const lossOf = (...list: Tensor[]): Scalar => batchLoss(config, parameters, list, inputs, shape);
    const { value: loss, grads } = tf.valueAndGrads(lossOf)(tensors);
    const numDecayed = groups.decayed.parameters.length;
    const gradients = { decayed: joinGroup(grads.slice(0, numDecayed)), plain: joinGroup(grads.slice(numDecayed)) };
    const gradientNorm = tf.sqrt(
      tf.add(tf.sum(tf.square(gradients.decayed)), tf.sum(tf.square(gradients.plain))),
    ) as Scalar;
    const isFinite = tf.isFinite(tf.add(loss, gradientNorm)) as Scalar;
    const updates: Partial<Record<TrainingVariable, Tensor>> = {};
    for (const name of GROUP_NAMES) {
      const names = { weights: `weights.${name}`, firstMoment: `m.${name}`, secondMoment: `v.${name}` } as const;
      const state = {
        weights: variables[names.weights],
        firstMoment: variables[names.firstMoment],
        secondMoment: variables[names.secondMoment],
      };
      const next = adamWUpdate(
        state,
        clip(gradients[name], gradientNorm, hyperparameters.maxGradientNorm),
        hyperparameters,
        {
          keep: name === 'decayed' ? (inputs.keep as Scalar) : undefined,
          stepSize: inputs.stepSize as Scalar,
          secondMomentScale: inputs.secondMomentScale as Scalar,
        },
      );
      for (const part of ['weights', 'firstMoment', 'secondMoment'] as const) {
        updates[names[part]] = selectWhole(isFinite, next[part], state[part]);
      }
    }
    return { outputs: { loss, gradientNorm }, updates };
  };
}

/** As torch.nn.utils.clip_grad_norm_: scaled by max / (norm + 1e-6) where that is below 1. */
function clip(gradient: Tensor, norm: Scalar, maxNorm: number | undefined): Tensor {
  if (maxNorm === undefined) return gradient;
  return tf.mul(gradient, tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1));
}

function batchLoss(
  config: ModelConfig,
  parameters: readonly Parameter[],
  tensors: readonly Tensor[],
  { ids, targets, weights, positions, segments }: Inputs,
  { layout, rows }: BatchShape,
): Scalar {
  const byName = Object.fromEntries(parameters.map((parameter, i) => [parameter.name, tensors[i]!]));
  const packing = { positions: positions as Tensor1D, segments: segments as Tensor1D };
  const logits = forward(config, byName, ids as Tensor1D, rows, layout === 'packed' ? packing : undefined);
  return maskedCrossEntropy(logits, targets as Tensor1D, weights as Tensor1D);
}

function allParameters(groups: ParameterGroups): readonly Parameter[] {
  return GROUP_NAMES.flatMap((name) => groups[name].parameters);
}
