import { rotaryFrequencies, type RotaryConfig } from '../rotary-config.ts';
import { tf, type Tensor } from '../tf.ts';

/** Cosines and signed sines by position, for `rotate`. */
export interface RotaryTables {
  /** [T, C], or [C, T] where `transposed` */
  readonly cos: Tensor;
  /** Same shape; negative for the first half of the dims. */
  readonly sin: Tensor;
  /** The axis of the C dims: −1 (the default), or −2 where transposed. */
  readonly axis?: number;
}

/** What the tables depend on besides the positions. */
export interface RotaryOptions {
  /** C */
  readonly headDim: number;
  readonly rotary: RotaryConfig;
  /** Multiplied into both tables; default 1. */
  readonly factor?: number;
  /** For heads that are held as [C, T]; default false. */
  readonly transposed?: boolean;
}

/**
 * Tables for heads whose pair i of dims is (i, i + C / 2). Its angle is position · `rotaryFrequencies`; the pairs from
 * rotary.dims / 2 on are not rotated.
 * @param positions the position of each row; plain numbers, for half of each table is a constant of a recorded graph
 * @returns tensors that the caller disposes
 * @see Su et al. 2021, arXiv:2104.09864, eq. 34
 */
export function rotaryTables(positions: readonly number[], options: RotaryOptions): RotaryTables {
  const { headDim: C, rotary, factor = 1, transposed = false } = options;
  const { frequencies, attentionFactor } = rotaryFrequencies(rotary);
  const scale = factor * attentionFactor;
  const [T, half] = [positions.length, C / 2];
  const cosines = new Float32Array(T * half).fill(factor);
  const sines = new Float32Array(T * half);
  for (const [row, position] of positions.entries()) {
    for (const [i, frequency] of frequencies.entries()) {
      const angle = position * frequency;
      const at = transposed ? i * T + row : row * half + i;
      cosines[at] = scale * Math.cos(angle);
      sines[at] = scale * Math.sin(angle);
    }
  }
  const { cos, sin } = tf.tidy(() => {
    const shape: [number, number] = transposed ? [half, T] : [T, half];
    const axis = transposed ? 0 : 1;
    const [c, s] = [tf.tensor2d(cosines, shape), tf.tensor2d(sines, shape)];
    return { cos: tf.concat([c, c], axis), sin: tf.concat([tf.neg(s), s], axis) };
  });
  return { cos, sin, axis: transposed ? -2 : -1 };
}

/**
 * Rotates each pair of dims by its position's angle.
 * @param x float32 [..., T, C], or [..., C, T] with transposed tables @returns the same shape; the caller disposes it
 */
export function rotate<R extends Tensor>(x: R, { cos, sin, axis = -1 }: RotaryTables): R {
  return tf.tidy(() => tf.add(tf.mul(x, cos), tf.mul(swapHalves(x, axis), sin)) as R);
}

/** The transpose of `rotate`, which carries gradients back. */
export function rotateBack<R extends Tensor>(dy: R, { cos, sin, axis = -1 }: RotaryTables): R {
  return tf.tidy(() => tf.add(tf.mul(dy, cos), swapHalves(tf.mul(dy, sin), axis)) as R);
}

function swapHalves(x: Tensor, axis: number): Tensor {
  const [first, second] = tf.split(x, 2, axis);
  return tf.concat([second!, first!], x.rank + axis);
}
