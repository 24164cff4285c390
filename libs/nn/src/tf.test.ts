import { describe, expect, test } from 'vitest';
import { tf, type Tensor1D } from './tf.ts';

describe('a tensor made of an array', () => {
  test.each([
    ['float32', Float32Array],
    ['int32', Int32Array],
  ] as const)('keeps its values when the array changes, wherever that lies (%s)', (dtype, TypedArray) => {
    // Buffers lie on multiples of 16 bytes, so one of these lies on a multiple of 64: such memory TensorFlow would take over.
    const buffer = new ArrayBuffer(128);
    for (const offset of [0, 16, 32, 48]) {
      const array = new TypedArray(buffer, offset, 16).fill(1);
      const tensor: Tensor1D = tf.tensor1d(array, dtype);
      tf.neg(tensor).dispose(); // the first kernel takes it to TensorFlow
      array.fill(2);
      expect([offset, ...tensor.dataSync()]).toEqual([offset, ...new Array<number>(16).fill(1)]);
      tensor.dispose();
    }
  });
});
