import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * SwiGLU on one product that holds gate g and value u side by side: g σ(g) u.
 * @param x float32 [N, 2F] @returns [N, F]; the caller disposes it
 * @see Shazeer 2020, arXiv:2002.05202
 */
export const swiGlu = withGradient((x: Tensor2D) => {
  const [gate, up] = tf.split(x, 2, 1) as [Tensor2D, Tensor2D]; // [N, F]
  const sigmoid = tf.sigmoid(gate);
  const swish = tf.mul(gate, sigmoid);
  return {
    value: tf.mul(swish, up) as Tensor2D,
    saved: { sigmoid, swish, up },
    gradient: (dy, saved): Tensor[] => {
      // d/dg g σ(g) = σ + g σ (1 − σ)
      const slope = tf.add(saved.sigmoid, tf.sub(saved.swish, tf.mul(saved.swish, saved.sigmoid)));
      return [tf.concat([tf.mul(tf.mul(dy, saved.up), slope), tf.mul(dy, saved.swish)], 1)];
    },
  };
}) as (x: Tensor2D) => Tensor2D;
