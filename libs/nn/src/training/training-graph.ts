import { float32 } from '../compile/dtype.ts';
import type { TraceResult } from '../compile/stateful-graph.ts';
import type { ModelTensors } from '../families/forward.ts';
import { tf, type Scalar, type Tensor } from '../tf.ts';
import type { Objective, TrainedModel } from './objectives.ts';

/**
 * Variables of the training graph: of each parameter, by its name, the weights and both moments; and where batches are cut
 * into micro-batches, the sums so far of gradients and loss.
 */
export type TrainingVariable = `${'weights' | 'm' | 'v' | 'gradient'}.${string}` | 'loss';

/** The training graph's variables, or new values for them. */
export type TrainingTensors = Readonly<Record<TrainingVariable, Tensor>>;

/** What an optimizer step takes besides loss and gradients: the fields of `StepScalars`. */
export const SCALAR_SPECS = { keep: float32(), decay: float32(), rate: float32(), epsilon: float32() } as const;

/** The scalars of a step as tensors. */
export type ScalarTensors = Readonly<Record<keyof typeof SCALAR_SPECS, Tensor>>;

/** What one optimizer step starts from. */
export interface LossAndGradients {
  readonly loss: Scalar;
  /** In the order of the parameters. */
  readonly gradients: readonly Tensor[];
}

/** An optimizer step, as a traceable function. */
export type OptimizerTrace = (
  computed: LossAndGradients,
  scalars: ScalarTensors,
  variables: TrainingTensors,
) => TraceResult<TrainingVariable, 'loss' | 'gradientNorm'>;

type Inputs = Readonly<Record<string, Tensor>>;

/** The loss, without updates. */
export function lossTrace(
  model: TrainedModel,
  { loss }: Objective,
): (inputs: Inputs, variables: TrainingTensors) => TraceResult<TrainingVariable, 'loss'> {
  return (inputs, variables) => {
    const weights = weightsOf(model, variables);
    return { outputs: { loss: loss(inputs, weights)(weights) } };
  };
}

/** Loss, gradients and an optimizer step for a batch that is computed at once. */
export function stepTrace(
  model: TrainedModel,
  objective: Objective,
  optimizer: OptimizerTrace,
): (inputs: Inputs, variables: TrainingTensors) => TraceResult<TrainingVariable, 'loss' | 'gradientNorm'> {
  return (inputs, variables) => {
    const computed = lossAndGradients(model, objective, inputs, variables);
    return optimizer(computed, inputs as ScalarTensors, variables);
  };
}

/** Adds a micro-batch's loss and gradients to the sums. */
export function accumulateTrace(
  model: TrainedModel,
  objective: Objective,
): (inputs: Inputs, variables: TrainingTensors) => TraceResult<TrainingVariable, never> {
  return (inputs, variables) => {
    const { loss, gradients } = lossAndGradients(model, objective, inputs, variables);
    const sums = model.parameters.map(({ name }, i) => {
      const sum = `gradient.${name}` as const;
      return [sum, tf.add(gradients[i]!, variables[sum]!)];
    });
    return { outputs: {}, updates: { ...Object.fromEntries(sums), loss: tf.add(variables.loss, loss) } };
  };
}

/** Sets the sums to zero. */
export function clearTrace({ parameters }: TrainedModel): () => TraceResult<TrainingVariable, never> {
  return () => {
    const sums = parameters.map(({ name, shape }) => [`gradient.${name}`, tf.fill([...shape], 0)]);
    return { outputs: {}, updates: { ...Object.fromEntries(sums), loss: tf.scalar(0) } };
  };
}

/** An optimizer step from the sums. */
export function applyTrace(
  { parameters }: TrainedModel,
  optimizer: OptimizerTrace,
): (scalars: ScalarTensors, variables: TrainingTensors) => TraceResult<TrainingVariable, 'loss' | 'gradientNorm'> {
  return (scalars, variables) => {
    const gradients = parameters.map(({ name }) => variables[`gradient.${name}`]!);
    return optimizer({ loss: variables.loss as Scalar, gradients }, scalars, variables);
  };
}

function lossAndGradients(
  model: TrainedModel,
  { loss }: Objective,
  inputs: Inputs,
  variables: TrainingTensors,
): LossAndGradients {
  const { parameters } = model;
  const weights = weightsOf(model, variables);
  const lossOf = loss(inputs, weights);
  const { value, grads } = tf.valueAndGrads((...list: Tensor[]) =>
    lossOf(Object.fromEntries(parameters.map(({ name }, i) => [name, list[i]!]))),
  )(parameters.map(({ name }) => weights[name]!));
  return { loss: value as Scalar, gradients: grads };
}

function weightsOf({ parameters }: TrainedModel, variables: TrainingTensors): ModelTensors {
  return Object.fromEntries(parameters.map(({ name }) => [name, variables[`weights.${name}`]!]));
}
