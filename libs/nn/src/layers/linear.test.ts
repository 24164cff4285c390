import { describe, expect, test } from 'vitest';
import { tf } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { linear, linearTransposed, linearWithBias } from './linear.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

describe('linear', () => {
  test("has matMul's value and gradients, with and without bias", () => {
    const [x, w, b] = [randomTensor([6, 3], 1), randomTensor([3, 5], 2), randomTensor([5], 3)];
    expect(valueAndGradients(linear as never, [x, w])).toEqualNumbers(
      valueAndGradients((x, w) => tf.matMul(x, w), [x, w]),
      CLOSE,
    );
    expect(valueAndGradients(linearWithBias as never, [x, w, b])).toEqualNumbers(
      valueAndGradients((x, w, b) => tf.add(tf.matMul(x, w), b), [x, w, b]),
      CLOSE,
    );
  });

  test('has them for matrices so large that the gradient goes by a transposed copy', () => {
    const [x, w] = [randomTensor([3, 256], 1), randomTensor([256, 130], 2)];
    expect(valueAndGradients(linear as never, [x, w])).toEqualNumbers(
      valueAndGradients((x, w) => tf.matMul(x, w), [x, w]),
      { rtol: 1e-3, atol: 1e-3 },
    );
  });

  test('has them with the weight transposed', () => {
    const [x, table] = [randomTensor([6, 3], 1), randomTensor([5, 3], 2)];
    expect(valueAndGradients(linearTransposed as never, [x, table])).toEqualNumbers(
      valueAndGradients((x, table) => tf.matMul(x, table, false, true), [x, table]),
      CLOSE,
    );
  });
});
