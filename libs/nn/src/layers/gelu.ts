import { tf, type Tensor } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/** 2 √(2/π): tanh(u) = 2 σ(2u) − 1 turns ½ (1 + tanh(u)) into σ(2u). */
const LINEAR = 2 * Math.sqrt(2 / Math.PI);
const CUBIC = LINEAR * 0.044715;

/**
 * GELU in its tanh form (`gelu_new`), written as x σ(2 √(2/π) (x + 0.044715 x³)): the same function, one kernel less.
 * @param x float32, any shape @returns the same shape; the caller disposes it
 * @see Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2
 */
export const gelu = withGradient((x: Tensor) => {
  const square = tf.square(x);
  const gate = tf.sigmoid(tf.mul(x, tf.add(tf.mul(square, CUBIC), LINEAR)));
  const value = tf.mul(x, gate);
  return {
    value,
    saved: { square, gate, value },
    // d/dx x σ(u) = σ(u) + x σ(u) (1 − σ(u)) u'
    gradient: (dy, saved): Tensor[] => {
      const slope = tf.add(tf.mul(saved.square, 3 * CUBIC), LINEAR);
      const throughGate = tf.mul(tf.sub(saved.value, tf.mul(saved.value, saved.gate)), slope);
      return [tf.mul(dy, tf.add(saved.gate, throughGate))];
    },
  };
}) as <T extends Tensor>(x: T) => T;
