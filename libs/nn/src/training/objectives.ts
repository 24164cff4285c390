import { float32, int32, type TensorSpec } from '../compile/dtype.ts';
import { forward, type ForwardOptions, type ModelTensors } from '../families/forward.ts';
import type { Parameter } from '../families/parameter.ts';
import { maskedCrossEntropy } from '../layers/masked-cross-entropy.ts';
import { reverseKl } from '../layers/reverse-kl.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../tf.ts';
import type { BatchShape } from './batch.ts';
import type { PairShape } from './distillation-batch.ts';

/** What the graphs of one model are made of. */
export interface TrainedModel {
  readonly config: ModelConfig;
  readonly parameters: readonly Parameter[];
  /** Hold each block's input alone for the gradient. */
  readonly recompute: boolean;
}

/** A loss of one model on micro-batches of one shape. */
export interface Objective {
  /** Says what it is and of which shape; equal for equal objectives of a model. */
  readonly name: string;
  /** The arrays that a micro-batch must bring. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /**
   * @param weights of the model; what is computed of them here and now has no gradient
   * @returns the loss as a function of the weights, which has one
   */
  readonly loss: (inputs: Readonly<Record<string, Tensor>>, weights: ModelTensors) => (weights: ModelTensors) => Scalar;
}

/** The micro-batch's share in the mean loss over the kept targets. Inputs are fields of `PaddedBatch`. */
export function nextTokenObjective(
  { config, recompute }: TrainedModel,
  { layout, rows, tokens }: BatchShape,
): Objective {
  const [ints, floats] = [int32(rows * tokens), float32(rows * tokens)];
  // Positions and segments matter to packed batches only.
  const inputs = { ids: ints, targets: ints, weights: floats, positions: ints, segments: ints };
  return {
    name: `${rows}x${tokens}`,
    inputs,
    loss: (given) => {
      const packing = { positions: given['positions'] as Tensor1D, segments: given['segments'] as Tensor1D };
      const options: ForwardOptions = { recompute, packing: layout === 'packed' ? packing : undefined };
      return (weights) => {
        const logits = forward(config, weights, given['ids'] as Tensor1D, rows, options);
        return maskedCrossEntropy(logits, given['targets'] as Tensor1D, given['weights'] as Tensor1D);
      };
    },
  };
}

/**
 * The micro-batch's share in the mean divergence of the student's next tokens from the teacher's, who is the same weights
 * in another context and gets no gradient. Inputs are fields of `PaddedPairs`.
 * @param topK as in `reverseKl`
 */
export function distillationObjective({ config, recompute }: TrainedModel, shape: PairShape, topK: number): Objective {
  const { rows, studentTokens, teacherTokens, targets } = shape;
  const places = int32(rows * targets);
  return {
    name: `pairs ${rows}x${studentTokens}, ${teacherTokens}, ${targets}, top ${topK}`,
    inputs: {
      studentIds: int32(rows * studentTokens),
      teacherIds: int32(rows * teacherTokens),
      studentPlaces: places,
      teacherPlaces: places,
      weights: float32(rows * targets),
    },
    loss: (given, fixed) => {
      const logitsOf = (who: 'student' | 'teacher', weights: ModelTensors, again: boolean): Tensor2D => {
        const options = { places: given[`${who}Places`] as Tensor1D, recompute: again };
        return forward(config, weights, given[`${who}Ids`] as Tensor1D, rows, options);
      };
      const teacher = logitsOf('teacher', fixed, false); // [M, V]
      return (weights) =>
        reverseKl(logitsOf('student', weights, recompute), teacher, given['weights'] as Tensor1D, topK);
    },
  };
}
