import { roundToBfloat16 } from '../compile/graph-kernels.ts';
import type { StatefulGraph } from '../compile/stateful-graph.ts';
import { fromFile, toFile, type Parameter } from '../families/parameter.ts';
import type { NamedArray, NamedArrays } from '../named-array.ts';
import { tf, type Tensor } from '../tf.ts';
import type { TrainingVariable } from './training-graph.ts';
import type { WeightPrecision } from './weight-precision.ts';

/** What the variables start from. */
export interface InitialState {
  /** By Hugging Face names and in its layout. */
  readonly weights: NamedArrays;
  /** Moments as `m.NAME` and `v.NAME`; zeros where left out. */
  readonly optimizerState?: NamedArrays | undefined;
  readonly weightPrecision: WeightPrecision;
  /** Whether there are sums of gradients. */
  readonly accumulates: boolean;
}

/**
 * The training graph's variables at the start; the caller disposes them.
 * @throws {InvalidWeightsError} when an array is missing or has another shape
 */
export function initialVariables(
  parameters: readonly Parameter[],
  { weights, optimizerState, weightPrecision, accumulates }: InitialState,
): Record<TrainingVariable, Tensor> {
  const variables = {} as Record<TrainingVariable, Tensor>;
  for (const parameter of parameters) {
    const { name } = parameter;
    const shape = [...parameter.shape];
    const loaded = tf.tensor(fromFile(parameter, weights), shape);
    variables[`weights.${name}`] = weightPrecision === 'bfloat16' ? roundToBfloat16(loaded) : loaded;
    for (const moment of ['m', 'v'] as const) {
      variables[`${moment}.${name}`] =
        optimizerState === undefined
          ? tf.fill(shape, 0)
          : tf.tensor(fromFile(parameter, optimizerState, `${moment}.`), shape);
    }
    if (accumulates) variables[`gradient.${name}`] = tf.fill(shape, 0);
  }
  if (accumulates) variables.loss = tf.scalar(0);
  return variables;
}

/** The values now of weights or moments, by Hugging Face names and in its layout. */
export function readArrays(
  graph: StatefulGraph<TrainingVariable>,
  parameters: readonly Parameter[],
  part: 'weights' | 'm' | 'v',
): [name: string, array: NamedArray][] {
  return parameters.flatMap((parameter) => {
    const tensor = graph.read(`${part}.${parameter.name}`);
    const data = tensor.dataSync() as Float32Array;
    tensor.dispose();
    return toFile(parameter, data);
  });
}
