import { adamChange, type AdamScalars } from '../compile/adam.ts';
import { roundToBfloat16 } from '../compile/graph-kernels.ts';
import type { AdamStep } from '../compile/stateful-graph.ts';
import { selectWhole, sumOfSquares } from '../kernels.ts';
import { tf, type Scalar, type Tensor } from '../tf.ts';
import type { AdamWHyperparameters } from './adamw.ts';
import type { TrainedModel } from './objectives.ts';
import type { OptimizerTrace, TrainingTensors, TrainingVariable } from './training-graph.ts';
import type { WeightPrecision } from './weight-precision.ts';

/** Everything that a step of one parameter needs. */
interface ParameterStep {
  readonly name: string;
  readonly decayed: boolean;
  readonly gradient: Tensor;
}

/**
 * One step of AdamW with the gradient's norm limited. Where loss or gradients are not finite, every variable keeps its
 * value.
 */
export function adamWTrace(
  { parameters }: TrainedModel,
  { beta1, beta2, weightDecay, maxGradientNorm }: AdamWHyperparameters,
  weightPrecision: WeightPrecision,
): OptimizerTrace {
  return ({ loss, gradients }, { keep, decay, rate, epsilon }, variables) => {
    const gradientNorm = tf.sqrt(tf.addN(gradients.map(sumOfSquares))) as Scalar;
    const isFinite = tf.isFinite(tf.add(loss, gradientNorm)) as Scalar;
    const whereFinite = (value: Tensor, otherwise: Tensor): Tensor => selectWhole(isFinite, value, otherwise);

    // The step that changes nothing: a gradient equal to the first moment, no rate, no share for a new square.
    const scalars = {
      rate: whereFinite(rate, tf.scalar(0)),
      beta1: tf.scalar(beta1),
      beta2: whereFinite(tf.scalar(beta2), tf.scalar(1)),
      epsilon,
    };
    const scale = maxGradientNorm === undefined ? undefined : clipScale(gradientNorm, maxGradientNorm);
    const steps = parameters.map(({ name, decayed }, i) => {
      const gradient = scale === undefined ? gradients[i]! : tf.mul(gradients[i]!, scale);
      const taken = whereFinite(gradient, variables[`m.${name}`]!);
      return { name, decayed: decayed && weightDecay > 0, gradient: taken };
    });
    const outputs = { loss, gradientNorm };
    if (weightPrecision === 'bfloat16') {
      const share = whereFinite(decay, tf.scalar(0));
      return { outputs, updates: roundedUpdates(steps, scalars, share, variables) };
    }
    const left = whereFinite(keep, tf.scalar(1));
    const updates = Object.fromEntries(
      steps
        .filter(({ decayed }) => decayed)
        .map(({ name }) => [`weights.${name}`, tf.mul(variables[`weights.${name}`]!, left)]),
    );
    return { outputs, updates, adamSteps: steps.map((step) => inPlace(step, scalars)) };
  };
}

/** As torch.nn.utils.clip_grad_norm_: max / (norm + 1e-6) where that is below 1. */
function clipScale(norm: Scalar, maxNorm: number): Tensor {
  return tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
}

function inPlace({ name, gradient }: ParameterStep, scalars: AdamScalars): AdamStep<TrainingVariable> {
  return { weights: `weights.${name}`, firstMoment: `m.${name}`, secondMoment: `v.${name}`, gradient, scalars };
}

/** p ← bf16(p − bf16(u)) with the whole change u, decay included, in float32: an in-place step would lose u's last bits. */
function roundedUpdates(
  steps: readonly ParameterStep[],
  scalars: AdamScalars,
  decay: Tensor,
  variables: TrainingTensors,
): Readonly<Partial<Record<TrainingVariable, Tensor>>> {
  const updates: Partial<Record<TrainingVariable, Tensor>> = {};
  for (const { name, decayed, gradient } of steps) {
    const weights = variables[`weights.${name}`]!;
    const next = adamChange(gradient, variables[`m.${name}`]!, variables[`v.${name}`]!, scalars);
    const change = decayed ? tf.add(next.change, tf.mul(weights, decay)) : next.change;
    updates[`m.${name}`] = next.firstMoment;
    updates[`v.${name}`] = next.secondMoment;
    updates[`weights.${name}`] = roundToBfloat16(tf.sub(weights, roundToBfloat16(change)));
  }
  return updates;
}
