import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Weighted sum of divergences between next-token distributions: Σ weight · KL(p ‖ q) with p = softmax(student) and
 * q = softmax(teacher). By the student's logits its derivative is weight · p (ln p − ln q − KL).
 * @param student float32 [M, V] @param teacher float32 [M, V] @param weights float32 [M]
 * @returns float32 [], nats; the caller disposes it. Only the student has a gradient.
 */
export function reverseKl(student: Tensor2D, teacher: Tensor2D, weights: Tensor1D): Scalar {
  return withGradient((scores: Tensor2D) => {
    const logProbabilities = tf.logSoftmax(scores); // [M, V]
    const logRatios = tf.sub(logProbabilities, tf.logSoftmax(teacher)); // [M, V]
    const probabilities = tf.exp(logProbabilities); // [M, V]
    const divergences = tf.sum(tf.mul(probabilities, logRatios), 1); // [M]
    return {
      value: tf.sum(tf.mul(divergences, weights)) as Scalar,
      saved: { probabilities, logRatios, divergences, weights },
      gradient: (dy, saved): Tensor[] => {
        const scale = tf.expandDims(tf.mul(saved.weights, dy), 1); // [M, 1]
        const excess = tf.sub(saved.logRatios, tf.expandDims(saved.divergences, 1)); // [M, V]
        return [tf.mul(tf.mul(saved.probabilities, excess), scale)];
      },
    };
  })(student);
}
