import { tf, type Tensor } from '../tf.ts';

/** The numbers of one step of Adam, each float32 []. The corrections of young moments are in `rate` and `epsilon`. */
export type AdamScalars = Readonly<Record<'rate' | 'beta1' | 'beta2' | 'epsilon', Tensor>>;

/**
 * One step of Adam out of single kernels: m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v).
 * @param gradient g; all three of one shape
 * @returns the new moments, and what the step takes off the weights, rate · m / (√v + ε); the caller disposes them
 */
export function adamChange(
  gradient: Tensor,
  firstMoment: Tensor,
  secondMoment: Tensor,
  { rate, beta1, beta2, epsilon }: AdamScalars,
): { readonly firstMoment: Tensor; readonly secondMoment: Tensor; readonly change: Tensor } {
  return tf.tidy(() => {
    const m = tf.add(firstMoment, tf.mul(tf.sub(gradient, firstMoment), tf.sub(1, beta1)));
    const v = tf.add(secondMoment, tf.mul(tf.sub(tf.square(gradient), secondMoment), tf.sub(1, beta2)));
    const change = tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon));
    return { firstMoment: m, secondMoment: v, change };
  });
}
