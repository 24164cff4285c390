import { biasAddGrad } from '../kernels.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Layer normalisation over the last axis: (x − mean) / sqrt(variance + ε) · scale + bias, with the biased variance.
 * @param x float32 [N, D] @param scale [D] @param bias [D] @param epsilon added to the variance
 * @returns [N, D]; the caller disposes it
 * @see Ba et al. 2016, arXiv:1607.06450
 */
export function layerNorm(x: Tensor2D, scale: Tensor1D, bias: Tensor1D, epsilon: number): Tensor2D {
  return layerNormOf(epsilon)(x, scale, bias);
}

const layerNormOf = (epsilon: number): ((x: Tensor2D, scale: Tensor1D, bias: Tensor1D) => Tensor2D) =>
  withGradient((x: Tensor2D, scale: Tensor1D, bias: Tensor1D) => {
    const centred = tf.sub(x, tf.mean(x, -1, true)); // [N, D]
    const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)); // [N, 1]
    const normalised = tf.mul(centred, inverseDeviation); // [N, D]
    return {
      value: tf.add(tf.mul(normalised, scale), bias) as Tensor2D,
      saved: { normalised, inverseDeviation, scale },
      gradient: (dy, saved): Tensor[] => {
        const dNormalised = tf.mul(dy, saved.scale); // [N, D]
        const alongNormalised = tf.mean(tf.mul(dNormalised, saved.normalised), -1, true); // [N, 1]
        const dCentred = tf.sub(dNormalised, tf.mean(dNormalised, -1, true)); // [N, D]
        const dx = tf.mul(tf.sub(dCentred, tf.mul(saved.normalised, alongNormalised)), saved.inverseDeviation);
        return [dx, biasAddGrad(tf.mul(dy, saved.normalised)), biasAddGrad(dy)];
      },
    };
  });
