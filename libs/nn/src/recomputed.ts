import { identityAfter } from './compile/graph-kernels.ts';
import { tf, type Tensor } from './tf.ts';
import { withGradient } from './with-gradient.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * f(x, weights, constants), of which nothing but these arguments is held for the gradient: that computes f once more.
 * The same numbers for a third more arithmetic. In a recorded graph the second time waits for the gradient that comes
 * from above; otherwise TensorFlow would merge it with the first, and hold what that made after all.
 * @param f differentiable in x and in each of the weights, whose order it must not depend on
 * @param constants tensors that f reads and that need no gradient
 * @returns the caller disposes it; arguments are borrowed
 * @see Chen et al. 2016, arXiv:1604.06174
 */
export function recomputed<X extends Tensor, R extends Tensor>(
  f: (x: X, weights: Tensors, constants: Tensors) => R,
  x: X,
  weights: Tensors,
  constants: Tensors,
): R {
  const names = Object.keys(weights);
  const named = (list: readonly Tensor[]): Tensors => Object.fromEntries(names.map((name, i) => [name, list[i]!]));
  const prefixed = Object.fromEntries(Object.entries(constants).map(([name, tensor]) => [`constant ${name}`, tensor]));
  return withGradient((input: X, ...list: Tensor[]) => ({
    value: f(input, named(list), constants),
    saved: { ...Object.fromEntries([input, ...list].entries()), ...prefixed },
    gradient: (dy, saved): Tensor[] => {
      const held = saved as Readonly<Record<string | number, Tensor>>;
      const kept = Object.fromEntries(Object.keys(constants).map((name) => [name, held[`constant ${name}`]!]));
      const again = (first: Tensor, ...rest: Tensor[]): Tensor => f(first as X, named(rest), kept);
      const args = [identityAfter(held[0]!, dy), ...names.map((_, i) => held[i + 1]!)];
      return nestedGrads(again, args, dy);
    },
  }))(x, ...names.map((name) => weights[name]!)) as R;
}

/** Gradients inside of a gradient's backward pass. tfjs drops its tape at the end of either, but has yet to free it then. */
function nestedGrads(f: (...args: Tensor[]) => Tensor, args: Tensor[], dy: Tensor): Tensor[] {
  const { state } = tf.engine();
  const outer = state.activeTape;
  try {
    return tf.grads(f)(args, dy);
  } finally {
    state.activeTape = outer;
  }
}
