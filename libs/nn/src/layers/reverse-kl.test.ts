import { describe, expect, test } from 'vitest';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { reverseKl } from './reverse-kl.ts';

describe('reverseKl', () => {
  const teacher = randomTensor([4, 7], 6) as Tensor2D;
  const weights = tf.tensor1d([0.5, 0, 0.2, 0.3]);

  test('is the weighted sum of Σ p (ln p − ln q), with its gradient', () => {
    const composed = (student: Tensor): Tensor => {
      const [logP, logQ] = [tf.logSoftmax(student), tf.logSoftmax(teacher)];
      return tf.sum(tf.mul(tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logQ)), 1), weights));
    };
    expect(
      valueAndGradients((student) => reverseKl(student as Tensor2D, teacher, weights), [randomTensor([4, 7], 5)]),
    ).toEqualNumbers(valueAndGradients(composed, [randomTensor([4, 7], 5)]), { rtol: 1e-3, atol: 1e-5 });
  });

  test('is 0, and so is its gradient, where student and teacher agree', () => {
    const { value, grad } = tf.valueAndGrad((x: Tensor) => reverseKl(x as Tensor2D, teacher, weights) as Scalar)(
      tf.add(teacher, 3), // the same distributions
    );
    expect(value).toEqualNumbers(0);
    expect(grad).toEqualNumbers(new Float32Array(28));
  });

  test('is p ln 2p + (1 − p) ln 2(1 − p) against an even teacher', () => {
    const student = tf.tensor2d([[Math.log(3), 0]]); // p = 3/4
    const even = tf.zeros([1, 2]) as Tensor2D;
    const expected = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
    expect(reverseKl(student, even, tf.ones([1]) as Tensor1D)).toEqualNumbers(expected);
  });

  describe('with topK', () => {
    /** With the student's most probable tokens in columns of their own and all others summed. */
    const composed =
      (topK: number) =>
      (student: Tensor): Tensor => {
        const logits = student.arraySync() as number[][];
        const rank = logits.map((row) => row.map((x) => row.filter((other) => other > x).length));
        const isTop = tf.tensor2d(rank.map((row) => row.map((place) => (place < topK ? 1 : 0))));
        const split = (p: Tensor): [Tensor, Tensor] => [p, tf.sum(tf.mul(p, tf.sub(1, isTop)), 1)];
        const [[p, restP], [q, restQ]] = [split(tf.softmax(student as Tensor2D)), split(tf.softmax(teacher))];
        const top = tf.sum(tf.mul(tf.mul(p, isTop), tf.log(tf.div(p, q))), 1);
        return tf.sum(tf.mul(tf.add(top, tf.mul(restP, tf.log(tf.div(restP, restQ)))), weights));
      };

    test.each([1, 3, 6])('%i is the divergence of the coarser distributions, with its gradient', (topK) => {
      const student = [randomTensor([4, 7], 5)];
      expect(valueAndGradients((x) => reverseKl(x as Tensor2D, teacher, weights, topK), student)).toEqualNumbers(
        valueAndGradients(composed(topK), student),
        { rtol: 1e-3, atol: 1e-5 },
      );
    });

    test.each([7, 100])('%i of 7 tells all apart', (topK) => {
      const student = randomTensor([4, 7], 5) as Tensor2D;
      expect(reverseKl(student, teacher, weights, topK)).toEqualNumbers(reverseKl(student, teacher, weights));
    });

    test('is finite where nothing is left for the others', () => {
      const student = tf.tensor2d([[200, 0, 0]]);
      expect(reverseKl(student, tf.tensor2d([[0, 200, 0]]), tf.tensor1d([1]), 1)).toEqualNumbers(200, { rtol: 1e-4 });
    });
  });

  test.each([NaN, Infinity])('is not finite where a logit is %d', (bad) => {
    const loss = reverseKl(tf.tensor2d([[0, bad]]), tf.zeros([1, 2]) as Tensor2D, tf.ones([1]) as Tensor1D);
    expect(Number.isFinite(loss.dataSync()[0])).toBe(false);
  });

  test('leaves one new tensor', () => {
    const student = randomTensor([4, 7], 1) as Tensor2D;
    expect(() => reverseKl(student, teacher, weights)).toAllocate(1);
    expect(() => reverseKl(student, teacher, weights, 3)).toAllocate(1);
  });
});
