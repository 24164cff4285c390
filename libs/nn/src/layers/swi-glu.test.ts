import { describe, expect, test } from 'vitest';
import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { swiGlu } from './swi-glu.ts';

describe('swiGlu', () => {
  test('lets the gate of each value through by its sigmoid', () => {
    // gates 0 and 2, values 5 and 3
    expect(swiGlu(tf.tensor2d([[0, 2, 5, 3]]))).toEqualNumbers([0, (2 / (1 + Math.exp(-2))) * 3]);
  });

  test("has the tape's gradient", () => {
    const composed = (x: Tensor): Tensor => {
      const [gate, up] = tf.split(x, 2, 1) as [Tensor, Tensor];
      return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
    };
    const x = tf.mul(randomTensor([7, 12], 1), 3);
    expect(valueAndGradients((y) => swiGlu(y as Tensor2D), [x])).toEqualNumbers(valueAndGradients(composed, [x]), {
      rtol: 1e-4,
      atol: 1e-5,
    });
  });

  test('is finite far out', () => {
    const x = tf.tensor2d([[-200, 200, 1, 1]]);
    expect(valueAndGradients((y) => swiGlu(y as Tensor2D), [x]).every(Number.isFinite)).toBe(true);
  });

  test('leaves one new tensor', () => {
    const x = randomTensor([7, 12], 1) as Tensor2D;
    expect(() => swiGlu(x)).toAllocate(1);
  });
});
