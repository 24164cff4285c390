import { tf, type Tensor } from '../tf.ts';

/** A float32 tensor of normal numbers that is the same for the same seed. The caller disposes it. */
export function randomTensor(shape: number[], seed: number): Tensor {
  return tf.randomNormal(shape, 0, 1, 'float32', seed);
}

/**
 * The function's value and its gradient by each argument, for a fixed random upstream gradient, as one list of numbers:
 * two functions that agree in it are one function as far as training goes.
 */
export function valueAndGradients(f: (...args: Tensor[]) => Tensor, args: Tensor[]): number[] {
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads(f)(args, randomTensor(f(...args).shape, 99));
    return [value, ...grads].flatMap((tensor) => Array.from(tensor.dataSync() as Float32Array));
  });
}
