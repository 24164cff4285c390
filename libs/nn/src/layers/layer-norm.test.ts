import { describe, expect, test } from 'vitest';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { layerNorm } from './layer-norm.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

describe('layerNorm', () => {
  test('normalises by hand: mean 2, variance 2/3', () => {
    const y = layerNorm(tf.tensor2d([[1, 2, 3]]), tf.tensor1d([1, 1, 2]), tf.tensor1d([0, 5, 0]), 0);
    const unit = Math.sqrt(3 / 2);
    expect(y).toEqualNumbers([-unit, 5, 2 * unit]);
  });
  test("has the tape's gradients", () => {
    const composed = (x: Tensor, scale: Tensor, bias: Tensor): Tensor => {
      const { mean, variance } = tf.moments(x, -1, true);
      return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), bias);
    };
    const fused = (x: Tensor, scale: Tensor, bias: Tensor): Tensor =>
      layerNorm(x as Tensor2D, scale as Tensor1D, bias as Tensor1D, 1e-5);
    expect(
      valueAndGradients(fused, [randomTensor([5, 8], 1), randomTensor([8], 2), randomTensor([8], 3)]),
    ).toEqualNumbers(
      valueAndGradients(composed, [randomTensor([5, 8], 1), randomTensor([8], 2), randomTensor([8], 3)]),
      CLOSE,
    );
  });
});
