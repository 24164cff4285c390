import { describe, expect, test } from 'vitest';
import { tf, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { embedding } from './embedding.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

describe('embedding', () => {
  test('adds up the gradients of ids that come twice', () => {
    const ids = tf.tensor1d([2, 0, 2], 'int32');
    expect(valueAndGradients((table) => embedding(table as Tensor2D, ids), [randomTensor([4, 3], 1)])).toEqualNumbers(
      valueAndGradients((table) => tf.gather(table, ids), [randomTensor([4, 3], 1)]),
      CLOSE,
    );
  });
});
