import { expect, test } from 'vitest';
import {
  biasAdd,
  biasAddGrad,
  copiedTensor,
  gatherAt,
  gatherRows,
  matMul2d,
  matMulTransposed,
  scatterSubtract,
  selectWhole,
  sparseSoftmaxCrossEntropy,
  sumOfSquares,
} from '../kernels.ts';
import '../testing/matchers.ts';
import { tf, type Scalar, type Tensor1D, type Tensor2D } from '../tf.ts';
import { attentionPlan } from './attention-plan.ts';
import { causalAttention } from './causal-attention.ts';
import { embedding } from './embedding.ts';
import { layerNorm } from './layer-norm.ts';
import { linear, linearTransposed, linearWithBias } from './linear.ts';
import { rotaryTables, rotate, rotateBack } from './rotary.ts';

const rotary = { dims: 4, theta: 10_000 };
const dims = { batch: 2, tokens: 100, numHeads: 4, numKeyValueHeads: 2, headDim: 4, rotary };

const x: Tensor2D = tf.ones([200, 32]);
const weight: Tensor2D = tf.ones([32, 32]);
const bias: Tensor1D = tf.ones([32]);
const large: Tensor2D = tf.ones([300, 256]); // enough for a product by a transposed copy
const wide: Tensor2D = tf.ones([2, 256]);
const ids: Tensor1D = tf.zeros([200], 'int32');
const places: Tensor2D = tf.tensor2d([[0, 1], [2, 3]], [2, 2], 'int32'); // prettier-ignore
const isTrue = tf.scalar(true) as Scalar;
const pair: Tensor1D = tf.ones([2]);
const heads = tf.ones([3, 5, 8]);
const tables = rotaryTables([0, 1, 2, 3, 4], { headDim: 8, rotary });
const packing = { positions: ids, segments: ids };
const plan = attentionPlan(dims);

test.each<[string, number, () => unknown]>([
  ['linear', 1, () => linear(x, weight)],
  ['linearWithBias', 1, () => linearWithBias(x, weight, bias)],
  ['linearTransposed', 1, () => linearTransposed(x, weight)],
  ['embedding', 1, () => embedding(weight, ids)],
  ['layerNorm', 1, () => layerNorm(x, bias, bias, 1e-5)],
  ['rotaryTables', 2, () => rotaryTables([0, 1], { headDim: 8, rotary })],
  ['rotate', 1, () => rotate(heads, tables)],
  ['rotateBack', 1, () => rotateBack(heads, tables)],
  ['causalAttention', 1, () => causalAttention(x, plan)],
  ['attentionPlan: two tables and two masks', 4, () => attentionPlan(dims)],
  ['attentionPlan of packed rows: the same', 4, () => attentionPlan(dims, packing)],
  ['copiedTensor', 1, () => copiedTensor(Float32Array.of(1, 2), [2])],
  ['matMul2d', 1, () => matMul2d(x, weight)],
  ['matMulTransposed', 1, () => matMulTransposed(x, weight)],
  ['matMulTransposed of a large matrix', 1, () => matMulTransposed(wide, large)],
  ['gatherRows', 1, () => gatherRows(x, ids)],
  ['gatherAt', 1, () => gatherAt(x, places)],
  ['scatterSubtract', 1, () => scatterSubtract(x, places, pair)],
  ['sparseSoftmaxCrossEntropy', 2, () => sparseSoftmaxCrossEntropy(x, ids)],
  ['biasAdd', 1, () => biasAdd(x, bias)],
  ['biasAddGrad', 1, () => biasAddGrad(x)],
  ['selectWhole', 1, () => selectWhole(isTrue, x, x)],
  ['sumOfSquares', 1, () => sumOfSquares(x)],
])('%s allocates its result: %d tensors', (_, count, run) => {
  expect(run).toAllocate(count);
});
