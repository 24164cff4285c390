import { describe, expect, test } from 'vitest';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { rmsNorm } from './rms-norm.ts';

describe('rmsNorm', () => {
  test('normalises by hand: mean square 4', () => {
    const y = rmsNorm(tf.tensor2d([[2, -2, 2]]), tf.tensor1d([1, 1, 3]), 0);
    expect(y).toEqualNumbers([1, -1, 3]);
  });

  test("has the tape's gradients", () => {
    const composed = (x: Tensor, scale: Tensor): Tensor =>
      tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5))), scale);
    const fused = (x: Tensor, scale: Tensor): Tensor => rmsNorm(x as Tensor2D, scale as Tensor1D, 1e-5);
    const args = [randomTensor([5, 8], 1), randomTensor([8], 2)];
    expect(valueAndGradients(fused, args)).toEqualNumbers(valueAndGradients(composed, args), {
      rtol: 1e-3,
      atol: 1e-4,
    });
  });

  test('leaves one new tensor', () => {
    const [x, scale] = [randomTensor([5, 8], 1) as Tensor2D, randomTensor([8], 2) as Tensor1D];
    expect(() => rmsNorm(x, scale, 1e-5)).toAllocate(1);
  });
});
