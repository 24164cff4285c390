import { describe, expect, test } from 'vitest';
import { tf, type Tensor } from '../tf.ts';
import '../testing/matchers.ts';
import { valueAndGradients } from '../testing/value-and-gradients.ts';
import { gelu } from './gelu.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

describe('gelu', () => {
  test('is the tanh form, with its derivative', () => {
    const tanhForm = (x: Tensor): Tensor =>
      tf.mul(
        tf.mul(x, 0.5),
        tf.add(1, tf.tanh(tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3)))))),
      );
    expect(valueAndGradients(gelu, [tf.linspace(-6, 6, 101)])).toEqualNumbers(
      valueAndGradients(tanhForm, [tf.linspace(-6, 6, 101)]),
      CLOSE,
    );
  });
  test('is 0 at 0, and x or 0 far out', () => {
    expect(gelu(tf.tensor1d([0, 30, -30]))).toEqualNumbers([0, 30, 0]);
  });
  test('leaves one new tensor', () => {
    const x = tf.ones([4]);
    expect(() => gelu(x)).toAllocate(1);
  });
});
