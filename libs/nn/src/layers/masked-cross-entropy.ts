import { gatherAt, scatterSubtract } from '../kernels.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Weighted sum of next-token losses: Σ weight · −ln softmax(logits)[target]. With weights 1 / kept on kept targets and 0
 * elsewhere it is the mean over the kept ones.
 *
 * Built on the softmax kernel rather than SparseSoftmaxCrossEntropyWithLogits, which visits the vocabulary three times
 * more. The loss is exact however small a target's probability is: with z* the largest logit of a row and p* its
 * probability, −ln p(target) = (z* − z(target)) − ln p*.
 * @param logits float32 [N, V] @param targets int32 [N], each in [0, V) @param weights float32 [N]
 * @returns float32 [], nats; the caller disposes it. Only the logits have a gradient.
 */
export function maskedCrossEntropy(logits: Tensor2D, targets: Tensor1D, weights: Tensor1D): Scalar {
  return withGradient((scores: Tensor2D) => {
    const probabilities = tf.softmax(scores); // [N, V]
    const places = tf.stack([tf.range(0, scores.shape[0], 1, 'int32'), targets], 1); // [N, 2]
    const below = tf.sub(tf.max(scores, 1), gatherAt(scores, places)); // [N]
    const losses = tf.sub(below, tf.log(tf.max(probabilities, 1))); // [N]
    return {
      value: tf.sum(tf.mul(losses, weights)) as Scalar,
      saved: { probabilities, places, weights },
      gradient: (dy, saved): Tensor[] => {
        const scale = tf.mul(saved.weights, dy); // [N]
        // softmax − onehot, without making the one-hot
        return [scatterSubtract(tf.mul(saved.probabilities, tf.expandDims(scale, 1)), saved.places, scale)];
      },
    };
  })(logits);
}
