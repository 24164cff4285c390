import { sparseSoftmaxCrossEntropy } from '../kernels.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Weighted sum of next-token losses: Σ weight · −ln softmax(logits)[target]. With weights 1 / kept on kept targets and 0
 * elsewhere it is the mean over the kept ones.
 * @param logits float32 [N, V] @param targets int32 [N], each in [0, V) @param weights float32 [N]
 * @returns float32 [], nats; the caller disposes it. Only the logits have a gradient.
 */
export function maskedCrossEntropy(logits: Tensor2D, targets: Tensor1D, weights: Tensor1D): Scalar {
  return withGradient((scores: Tensor2D) => {
    const { losses, derivative } = sparseSoftmaxCrossEntropy(scores, targets);
    return {
      value: tf.sum(tf.mul(losses, weights)) as Scalar,
      saved: { derivative, weights },
      gradient: (dy, saved): Tensor[] => [tf.mul(saved.derivative, tf.expandDims(tf.mul(saved.weights, dy), 1))],
    };
  })(logits);
}
