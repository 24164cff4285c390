import { expect, test } from 'vitest';
import { tensorRuntime } from './tensor-runtime.ts';
import { tf } from './tf.ts';

test('names the device, and leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  expect(tensorRuntime()).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    device: expect.stringMatching(/^[cg]pu$/),
  });
  expect(tf.memory().numTensors).toBe(before);
});
