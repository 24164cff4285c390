import { tf, type Tensor } from './tf.ts';

/** A function's value, what its gradient needs, and the gradient. */
export interface Differentiable<R extends Tensor, S extends Readonly<Record<string, Tensor>>> {
  readonly value: R;
  /** Tensors that stay alive until the gradient has run. Anything else made on the way is freed. */
  readonly saved: S;
  /** One gradient per argument, of the argument's shape. */
  readonly gradient: (dy: R, saved: S) => Tensor[];
}

/**
 * A function with its own derivative: fewer and larger kernels than tfjs's tape would make of the parts.
 * Arguments are borrowed; the caller disposes the result.
 */
export function withGradient<A extends readonly Tensor[], R extends Tensor, S extends Readonly<Record<string, Tensor>>>(
  f: (...args: A) => Differentiable<R, S>,
): (...args: A) => R {
  return tf.customGrad((...argsAndSave) => {
    const args = argsAndSave.slice(0, -1) as unknown as A;
    const save = argsAndSave.at(-1) as (tensors: Tensor[]) => void;
    const { value, saved, gradient } = f(...args);
    const names = Object.keys(saved);
    save(Object.values(saved));
    // tfjs frees what a gradient makes on the way only at the end of the whole backward pass.
    const gradFunc = (dy: R, tensors: Tensor[]): Tensor[] =>
      tf.tidy(() => gradient(dy, Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) as S));
    return { value, gradFunc };
  }) as unknown as (...args: A) => R;
}
