import { describe, expect, test } from 'vitest';
import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { causalAttention, causalMask } from './causal-attention.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

describe('causalAttention', () => {
  // Straight from the definition: rotate pairs (i, i + C / 2), one score matrix, one mask.
  const reference = ({ batch: B, tokens: T, numHeads: H, headDim: C, rotary }: Dims) => {
    const angle = (t: number, i: number): number =>
      i < rotary.dims / 2 ? t / rotary.theta ** ((2 * i) / rotary.dims) : 0;
    const table = (f: (x: number) => number): Tensor =>
      tf.tensor2d(Array.from({ length: T }, (_, t) => Array.from({ length: C / 2 }, (__, i) => f(angle(t, i)))));
    const [cos, sin] = [table(Math.cos), table(Math.sin)];
    const rotate = (x: Tensor): Tensor => {
      const [a, b] = tf.split(x, 2, 3) as [Tensor, Tensor];
      return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 3);
    };
    return (qkv: Tensor): Tensor => {
      const parts = tf.split(tf.transpose(tf.reshape(qkv, [B, T, 3 * H, C]), [0, 2, 1, 3]), 3, 1);
      const [q, k, v] = [rotate(parts[0]!), rotate(parts[1]!), parts[2]!];
      const scores = tf.add(tf.div(tf.matMul(q, k, false, true), Math.sqrt(C)), causalMask(T));
      return tf.reshape(tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]), [B * T, H * C]);
    };
  };
  type Dims = Parameters<typeof causalAttention>[1];

  test.each([
    ['one block', { batch: 2, tokens: 5, numHeads: 2, headDim: 6, rotary: { dims: 4, theta: 10000 } }],
    [
      'blocks of which the last is short',
      { batch: 2, tokens: 150, numHeads: 2, headDim: 4, rotary: { dims: 4, theta: 10000 } },
    ],
    ['blocks of an eighth', { batch: 1, tokens: 600, numHeads: 1, headDim: 4, rotary: { dims: 2, theta: 500 } }],
  ] satisfies [string, Dims][])('has the value and gradient of its definition in %s', (_, dims) => {
    const qkv = randomTensor([dims.batch * dims.tokens, 3 * dims.numHeads * dims.headDim], 7);
    expect(valueAndGradients((x) => causalAttention(x as Tensor2D, dims), [qkv])).toEqualNumbers(
      valueAndGradients(reference(dims), [qkv]),
      CLOSE,
    );
  });

  test('never looks ahead: a change of later tokens changes nothing earlier', () => {
    const dims = { batch: 1, tokens: 100, numHeads: 2, headDim: 4, rotary: { dims: 4, theta: 10000 } };
    const qkv = randomTensor([100, 24], 7);
    const changed = tf.concat([tf.slice(qkv, [0, 0], [70, 24]), randomTensor([30, 24], 8)], 0);
    const [a, b] = [qkv, changed].map((x) => causalAttention(x as Tensor2D, dims));
    expect(tf.slice(a!, [0, 0], [70, 8]).dataSync()).toEqual(tf.slice(b!, [0, 0], [70, 8]).dataSync());
  });

  test('leaves one new tensor', () => {
    const qkv = randomTensor([140, 24], 7) as Tensor2D;
    expect(() =>
      causalAttention(qkv, { batch: 1, tokens: 140, numHeads: 2, headDim: 4, rotary: { dims: 4, theta: 10000 } }),
    ).toAllocate(1);
  });
});
