import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Weighted sum of divergences between next-token distributions: Σ weight · KL(p ‖ q) with p = softmax(student) and
 * q = softmax(teacher). By the student's logits its derivative is weight · p (ln p − ln q − KL).
 * @param student float32 [M, V] @param teacher float32 [M, V] @param weights float32 [M]
 * @param topK 0, or how many tokens are told apart: the student's most probable ones, ties included; all others are one
 * outcome then, whose probability is the sum of theirs
 * @returns float32 [], nats; the caller disposes it. Only the student has a gradient.
 */
export function reverseKl(student: Tensor2D, teacher: Tensor2D, weights: Tensor1D, topK = 0): Scalar {
  return withGradient((scores: Tensor2D) => {
    const logProbabilities = tf.logSoftmax(scores); // [M, V]
    const ofTeacher = tf.logSoftmax(teacher); // [M, V]
    const probabilities = tf.exp(logProbabilities) as Tensor2D; // [M, V]
    const each = tf.sub(logProbabilities, ofTeacher) as Tensor2D; // [M, V]
    const isCoarse = topK > 0 && topK < scores.shape[1];
    const logRatios = isCoarse ? coarseRatios(each, probabilities, tf.exp(ofTeacher), topK) : each;
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

/** Keeps a division by the sum of nothing finite; what it is multiplied by is nothing then. */
const TINY = 1e-30;

/**
 * ln (p / q) where the student's token is one of its most probable, and elsewhere ln of the ratio of what is left of
 * both. The sum over tokens of p times it is the divergence of the coarser distributions, and its derivative has the same form.
 */
function coarseRatios(each: Tensor, student: Tensor2D, teacher: Tensor, topK: number): Tensor {
  const least = tf.slice(tf.topk(student, topK).values, [0, topK - 1], [-1, 1]); // [M, 1]
  const isRest = tf.cast(tf.less(student, least), 'float32'); // [M, V]
  const restOf = (p: Tensor): Tensor => tf.maximum(tf.sum(tf.mul(p, isRest), 1, true), TINY); // [M, 1]
  const ofRest = tf.log(tf.div(restOf(student), restOf(teacher))); // [M, 1]
  return tf.add(tf.mul(each, tf.sub(1, isRest)), tf.mul(ofRest, isRest)); // [M, V]
}
