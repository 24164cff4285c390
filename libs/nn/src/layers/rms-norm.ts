import { biasAddGrad } from '../kernels.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Root mean square normalisation over the last axis: x / sqrt(mean(x²) + ε) · scale.
 * @param x float32 [N, D] @param scale [D] @param epsilon added to the mean square
 * @returns [N, D]; the caller disposes it
 * @see Zhang & Sennrich 2019, arXiv:1910.07467
 */
export function rmsNorm(x: Tensor2D, scale: Tensor1D, epsilon: number): Tensor2D {
  return rmsNormOf(epsilon)(x, scale);
}

const rmsNormOf = (epsilon: number): ((x: Tensor2D, scale: Tensor1D) => Tensor2D) =>
  withGradient((x: Tensor2D, scale: Tensor1D) => {
    const inverseRoot = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)); // [N, 1]
    const normalised = tf.mul(x, inverseRoot); // [N, D]
    return {
      value: tf.mul(normalised, scale) as Tensor2D,
      saved: { normalised, inverseRoot, scale },
      gradient: (dy, saved): Tensor[] => {
        const dNormalised = tf.mul(dy, saved.scale); // [N, D]
        const along = tf.mean(tf.mul(dNormalised, saved.normalised), -1, true); // [N, 1]
        const dx = tf.mul(tf.sub(dNormalised, tf.mul(saved.normalised, along)), saved.inverseRoot); // [N, D]
        return [dx, biasAddGrad(tf.mul(dy, saved.normalised))];
      },
    };
  });
