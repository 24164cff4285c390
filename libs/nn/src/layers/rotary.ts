import { tf, type Tensor } from '../tf.ts';

/** Cosines and signed sines by position, for `rotate`. */
export interface RotaryTables {
  /** [T, headDim] */
  readonly cos: Tensor;
  /** [T, headDim], negative in the first half. */
  readonly sin: Tensor;
}

/**
 * Tables for heads whose dims are ordered by `codegenParameters`: pair i is (i, i + headDim / 2), and the pairs from
 * rotaryDim / 2 on are not rotated. Angles are position · 10000^(−2i / rotaryDim).
 * @param positions the position of each row; plain numbers, for the tables are constants of a recorded graph
 * @param factor multiplied into both tables
 * @returns tensors that the caller disposes
 * @see Su et al. 2021, arXiv:2104.09864, eq. 34
 */
export function rotaryTables(
  positions: readonly number[],
  { headDim, rotaryDim, factor = 1 }: { headDim: number; rotaryDim: number; factor?: number },
): RotaryTables {
  const half = headDim / 2;
  const cos = new Float32Array(positions.length * headDim).fill(factor);
  const sin = new Float32Array(positions.length * headDim);
  for (const [row, position] of positions.entries()) {
    for (let i = 0; i < rotaryDim / 2; i++) {
      const angle = position / 10000 ** ((2 * i) / rotaryDim);
      const first = row * headDim + i;
      cos[first] = cos[first + half] = factor * Math.cos(angle);
      sin[first] = -factor * Math.sin(angle);
      sin[first + half] = factor * Math.sin(angle);
    }
  }
  const shape: [number, number] = [positions.length, headDim];
  return { cos: tf.tensor2d(cos, shape), sin: tf.tensor2d(sin, shape) };
}

/**
 * Rotates each pair of dims by its position's angle.
 * @param x float32 [..., T, headDim] @returns the same shape; the caller disposes it
 */
export function rotate<T extends Tensor>(x: T, { cos, sin }: RotaryTables): T {
  return tf.tidy(() => tf.add(tf.mul(x, cos), tf.mul(swapHalves(x), sin)) as T);
}

/** The transpose of `rotate`, which carries gradients back. */
export function rotateBack<T extends Tensor>(dy: T, { cos, sin }: RotaryTables): T {
  return tf.tidy(() => tf.add(tf.mul(dy, cos), swapHalves(tf.mul(dy, sin))) as T);
}

function swapHalves(x: Tensor): Tensor {
  const [first, second] = tf.split(x, 2, -1);
  return tf.concat([second!, first!], -1);
}
