import { expect } from 'vitest';
import { tf, type Tensor } from '../tf.ts';

/** Numbers in any form that a test has at hand. */
export type Numeric = number | ArrayLike<number> | Tensor;

/** Tolerances of `toEqualNumbers`: |actual − expected| <= atol + rtol · |expected|. */
export interface Tolerance {
  /** Default 1e-5. */
  readonly rtol?: number;
  /** Default 1e-6. */
  readonly atol?: number;
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The numbers, tensors included, are equal in count, and each is close to the expected one. NaN is close to nothing. */
    toEqualNumbers(expected: Numeric, tolerance?: Tolerance): R;
    /** Calling the function leaves this many more tensors in memory. */
    toAllocate(count: number): R;
  }
}

function numbers(value: Numeric): ArrayLike<number> {
  if (typeof value === 'number') return [value];
  return value instanceof tf.Tensor ? (value.dataSync() as Float32Array) : (value as ArrayLike<number>);
}

expect.extend({
  toEqualNumbers(received: Numeric, expected: Numeric, { rtol = 1e-5, atol = 1e-6 }: Tolerance = {}) {
    const [actual, wanted] = [numbers(received), numbers(expected)];
    if (actual.length !== wanted.length) {
      return { pass: false, message: () => `expected ${wanted.length} numbers, got ${actual.length}` };
    }
    let [worst, excess] = [-1, 0];
    for (let i = 0; i < actual.length; i++) {
      const over = Math.abs(actual[i]! - wanted[i]!) - (atol + rtol * Math.abs(wanted[i]!));
      if (!(over <= excess)) [worst, excess] = [i, Number.isNaN(over) ? Infinity : over];
    }
    return {
      pass: worst < 0,
      message: () =>
        worst < 0
          ? `expected numbers that are not all close`
          : `number ${worst} of ${actual.length}: expected ${wanted[worst]} (rtol ${rtol}, atol ${atol}), got ${actual[worst]}`,
    };
  },

  toAllocate(received: () => unknown, count: number) {
    const before = tf.memory().numTensors;
    received();
    const allocated = tf.memory().numTensors - before;
    return { pass: allocated === count, message: () => `expected ${count} new tensors, got ${allocated}` };
  },
});
