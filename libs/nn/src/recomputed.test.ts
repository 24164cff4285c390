import { describe, expect, test } from 'vitest';
import { tf, type Tensor } from './tf.ts';
import './testing/matchers.ts';
import { randomTensor, valueAndGradients } from './testing/value-and-gradients.ts';
import { recomputed } from './recomputed.ts';

describe('recomputed', () => {
  const mask = tf.tensor1d([1, 0, 2]);
  const f = (x: Tensor, weights: Readonly<Record<string, Tensor>>, kept: Readonly<Record<string, Tensor>>): Tensor =>
    tf.mul(tf.tanh(tf.add(tf.mul(x, weights['scale']!), weights['bias']!)), kept['mask']!);
  const args = [4, 5, 6].map((seed) => randomTensor([3], seed));
  const twice = (run: typeof f, [x, scale, bias]: Tensor[]): Tensor => {
    const weights = { scale: scale!, bias: bias! };
    return run(run(x!, weights, { mask }), weights, { mask });
  };
  const again: typeof f = (x, weights, kept) => recomputed(f, x, weights, kept);

  test('has the value and the gradients of the function, also one inside another', () => {
    const plain = valueAndGradients((...list) => twice(f, list), args);
    expect(valueAndGradients((...list) => twice(again, list), args)).toEqualNumbers(plain);
    const nested: typeof f = (x, weights, kept) => recomputed(again, x, weights, kept);
    expect(valueAndGradients((...list) => twice(nested, list), args)).toEqualNumbers(plain);
  });

  test('runs the function once for the value and once for the gradient, when that is asked for', () => {
    let runs = 0;
    const counted: typeof f = (...given) => {
      runs++;
      return f(...given);
    };
    const [x, scale, bias] = args as [Tensor, Tensor, Tensor];
    recomputed(counted, x, { scale, bias }, { mask });
    expect(runs).toBe(1);
    tf.grad((y: Tensor) => tf.sum(recomputed(counted, y, { scale, bias }, { mask })))(x);
    expect(runs).toBe(3);
  });

  test('keeps constants for the gradient that the caller has freed by then', () => {
    const grad = tf.grad((x: Tensor) =>
      tf.tidy(() => recomputed(f, x, { scale: args[1]!, bias: args[2]! }, { mask: tf.clone(mask) })),
    );
    expect(grad(args[0]!)).toEqualNumbers(
      tf.grad((x: Tensor) => f(x, { scale: args[1]!, bias: args[2]! }, { mask }))(args[0]!),
    );
  });

  test('leaves one new tensor', () => {
    const [x, scale, bias] = args as [Tensor, Tensor, Tensor];
    expect(() => recomputed(f, x, { scale, bias }, { mask })).toAllocate(1);
    const gradient = tf.grad((y: Tensor) => tf.sum(recomputed(f, y, { scale, bias }, { mask })));
    expect(() => gradient(x)).toAllocate(1);
  });
});
