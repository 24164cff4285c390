import { describe, expect, test } from 'vitest';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import '../testing/matchers.ts';
import { randomTensor, valueAndGradients } from '../testing/value-and-gradients.ts';
import { causalMask } from './attention-mask.ts';
import { attentionPlan, type AttentionDims } from './attention-plan.ts';
import { causalAttention } from './causal-attention.ts';

const CLOSE = { rtol: 1e-3, atol: 1e-4 };

const FULL = { dims: 4, theta: 10000 };

function sizes(batch: number, tokens: number, heads: readonly [query: number, keyValue: number], headDim: number) {
  const [numHeads, numKeyValueHeads] = heads;
  return { batch, tokens, numHeads, numKeyValueHeads, headDim, rotary: FULL } satisfies AttentionDims;
}

const fusedDim = ({ numHeads, numKeyValueHeads, headDim }: AttentionDims): number =>
  (numHeads + 2 * numKeyValueHeads) * headDim;

describe('causalAttention', () => {
  // Straight from the definition: rotate pairs (i, i + C / 2), repeat keys and values, one score matrix, one mask.
  const reference = (dims: AttentionDims) => {
    const { batch: B, tokens: T, numHeads: H, numKeyValueHeads: K, headDim: C, rotary } = dims;
    const angle = (t: number, i: number): number => (i < rotary.dims / 2 ? t / rotary.theta ** ((2 * i) / rotary.dims) : 0); // prettier-ignore
    const table = (f: (x: number) => number): Tensor =>
      tf.tensor2d(Array.from({ length: T }, (_, t) => Array.from({ length: C / 2 }, (__, i) => f(angle(t, i)))));
    const [cos, sin] = [table(Math.cos), table(Math.sin)];
    const rotate = (x: Tensor): Tensor => {
      const [a, b] = tf.split(x, 2, 3) as [Tensor, Tensor];
      return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], 3);
    };
    const repeated = (x: Tensor): Tensor => {
      const heads = K === 1 ? [x] : tf.split(x, K, 1);
      return tf.concat(heads.flatMap((head) => Array.from({ length: H / K }, () => head)), 1); // prettier-ignore
    };
    return (qkv: Tensor): Tensor => {
      const heads = tf.transpose(tf.reshape(qkv, [B, T, H + 2 * K, C]), [0, 2, 1, 3]);
      const parts = tf.split(heads, [H, K, K], 1);
      const [q, k, v] = [rotate(parts[0]!), repeated(rotate(parts[1]!)), repeated(parts[2]!)];
      const scores = tf.add(tf.div(tf.matMul(q, k, false, true), Math.sqrt(C)), causalMask({ start: 0, end: T }));
      return tf.reshape(tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]), [B * T, H * C]);
    };
  };
  const attention = (dims: AttentionDims) => (qkv: Tensor) => causalAttention(qkv as Tensor2D, attentionPlan(dims));

  test.each([
    ['one block', sizes(2, 5, [2, 2], 6)],
    ['blocks of which the last is short', sizes(2, 150, [2, 2], 4)],
    ['blocks of an eighth', { ...sizes(1, 600, [1, 1], 4), rotary: { dims: 2, theta: 500 } }],
    ['groups of two query heads', sizes(2, 70, [4, 2], 4)],
    ['one head of keys and values for all', sizes(1, 9, [3, 1], 8)],
  ])('has the value and gradient of its definition in %s', (_, dims) => {
    const qkv = randomTensor([dims.batch * dims.tokens, fusedDim(dims)], 7);
    expect(valueAndGradients(attention(dims), [qkv])).toEqualNumbers(valueAndGradients(reference(dims), [qkv]), CLOSE);
  });

  test('never looks ahead: a change of later tokens changes nothing earlier', () => {
    const dims = sizes(1, 100, [2, 2], 4);
    const qkv = randomTensor([100, 24], 7);
    const changed = tf.concat([tf.slice(qkv, [0, 0], [70, 24]), randomTensor([30, 24], 8)], 0);
    const [a, b] = [qkv, changed].map(attention(dims));
    expect(tf.slice(a!, [0, 0], [70, 8]).dataSync()).toEqual(tf.slice(b!, [0, 0], [70, 8]).dataSync());
  });

  test('gives packed sequences the values and gradients that they have alone', () => {
    const lengths = [[60, 13, 27], [40, 60]]; // prettier-ignore
    const packed = sizes(2, 100, [4, 2], 4);
    const positions = lengths.flat().flatMap((length) => Array.from({ length }, (_, i) => i));
    const segments = lengths.flatMap((row) => row.flatMap((length, i) => Array.from({ length }, () => i)));
    const packing = { positions: tf.tensor1d(positions, 'int32'), segments: tf.tensor1d(segments, 'int32') };
    const alone = (qkv: Tensor): Tensor =>
      tf.concat(
        tf.split(qkv, lengths.flat(), 0).map((part) => attention(sizes(1, part.shape[0]!, [4, 2], 4))(part)),
        0,
      );
    const qkv = randomTensor([200, fusedDim(packed)], 7);
    expect(
      valueAndGradients((x) => causalAttention(x as Tensor2D, attentionPlan(packed, packing)), [qkv]),
    ).toEqualNumbers(valueAndGradients(alone, [qkv]), CLOSE);
  });

  test('leaves one new tensor', () => {
    const dims = sizes(1, 140, [4, 2], 4);
    const packing = { positions: tf.zeros([140], 'int32') as Tensor1D, segments: tf.range(0, 140, 1, 'int32') };
    for (const plan of [attentionPlan(dims), attentionPlan(dims, packing)]) {
      const qkv = randomTensor([140, fusedDim(dims)], 7) as Tensor2D;
      expect(() => causalAttention(qkv, plan)).toAllocate(1);
    }
  });
});
