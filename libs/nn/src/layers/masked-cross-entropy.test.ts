import { describe, expect, test } from 'vitest';
import { tf, type Tensor1D, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { maskedCrossEntropy } from './masked-cross-entropy.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

describe('maskedCrossEntropy', () => {
  test('is ln V for a uniform model', () => {
    const [logits, targets, weights] = [tf.zeros([2, 4]), tf.tensor1d([1, 3], 'int32'), tf.tensor1d([0, 1])];
    expect(maskedCrossEntropy(logits as never, targets, weights)).toEqualNumbers(Math.log(4));
  });
  test('is the weighted sum of −ln p, with its gradient', () => {
    const targets = tf.tensor1d([0, 2, 1, 6], 'int32');
    const weights = tf.tensor1d([0.5, 0, 0.2, 0.3]);
    expect(
      valueAndGradients(
        (logits) => maskedCrossEntropy(logits as Tensor2D, targets, weights),
        [randomTensor([4, 7], 5)],
      ),
    ).toEqualNumbers(
      valueAndGradients(
        (logits) => tf.neg(tf.sum(tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(targets, 7)), 1), weights))),
        [randomTensor([4, 7], 5)],
      ),
      CLOSE,
    );
  });
  test('is exact where the target is all but impossible', () => {
    const logits = tf.tensor2d([[0, 500, 500]]);
    expect(maskedCrossEntropy(logits, tf.tensor1d([0], 'int32'), tf.tensor1d([1]))).toEqualNumbers(500 + Math.log(2));
  });
  test.each([NaN, Infinity])('is not finite where a logit is %d', (bad) => {
    const loss = maskedCrossEntropy(tf.tensor2d([[0, bad, 1]]), tf.tensor1d([0], 'int32'), tf.tensor1d([1]));
    expect(Number.isFinite(loss.dataSync()[0])).toBe(false);
  });
  test('leaves one new tensor', () => {
    const [logits, targets, weights] = [randomTensor([2, 4], 1), tf.tensor1d([1, 3], 'int32'), tf.ones([2])];
    expect(() => maskedCrossEntropy(logits as Tensor2D, targets, weights as Tensor1D)).toAllocate(1);
  });
});
