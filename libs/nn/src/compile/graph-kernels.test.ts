import { afterAll, describe, expect, test } from 'vitest';
import { gatherRows } from '../kernels.ts';
import { tf, type Tensor } from '../tf.ts';
import '../testing/matchers.ts';
import { CompiledGraph } from './compiled-graph.ts';
import { float32, int32 } from './dtype.ts';
import { computedIf, identityAfter, roundToBfloat16, sameMemory } from './graph-kernels.ts';

const graph = new CompiledGraph({});
afterAll(() => graph.dispose());

/** By hand: half a unit of the last bit is 2^-8 below 2, and a tie goes to the even neighbour. */
const CASES: [x: number, rounded: number][] = [
  [1, 1],
  [1 + 2 ** -7, 1 + 2 ** -7],
  [1 + 2 ** -8, 1], // a tie, down
  [1 + 3 * 2 ** -8, 1 + 2 ** -6], // a tie, up
  [1 + 2 ** -8 + 2 ** -20, 1 + 2 ** -7],
  [-(1 + 2 ** -8), -1],
  [-(1 + 3 * 2 ** -8), -(1 + 2 ** -6)],
  [0.1, 0.10009765625],
  [1.999, 2],
  [0, 0],
  [-(2 ** 120), -(2 ** 120)],
];

describe('roundToBfloat16', () => {
  const x = CASES.map(([value]) => value);
  const rounded = CASES.map(([, value]) => value);

  test('rounds to 8 bits, ties to even', () => {
    expect(roundToBfloat16(tf.tensor1d(x))).toEqualNumbers(rounded, { rtol: 1e-4, atol: 0 });
  });

  test('gives the same bits in a recorded graph', () => {
    const many = tf.concat([tf.randomNormal([10_000], 0, 1, 'float32', 1), tf.tensor1d(x)]);
    const compiled = graph.define('round', { x: float32(many.size) }, (inputs) => ({
      outputs: { y: roundToBfloat16(inputs.x) },
    }));
    const y = Array.from(compiled({ x: many }).y.dataSync());
    expect(y).toEqual(Array.from(roundToBfloat16(many).dataSync()));
    expect(y.slice(0, 10_000)).not.toEqual(Array.from(many.dataSync()).slice(0, 10_000));
    const again = tf.tensor1d(y);
    expect(Array.from(roundToBfloat16(again).dataSync())).toEqual(y);
  });

  test('leaves one new tensor', () => {
    const ones = tf.ones([4]);
    expect(() => roundToBfloat16(ones)).toAllocate(1);
  });
});

describe('identityAfter', () => {
  test('is its first argument, eager and recorded', () => {
    const [x, after] = [tf.tensor1d([1, 2]), tf.scalar(3)];
    expect(identityAfter(x, after)).toEqualNumbers([1, 2]);
    const compiled = graph.define('after', { x: float32(2) }, (inputs) => {
      const late = tf.split(tf.square(inputs.x), 2)[1]!; // the second output of its kernel
      return { outputs: { y: tf.add(identityAfter(inputs.x, late), 1) } };
    });
    expect(compiled({ x }).y).toEqualNumbers([2, 3]);
  });

  test('leaves one new tensor', () => {
    const [x, after] = [tf.ones([4]), tf.scalar(0)];
    expect(() => identityAfter(x, after)).toAllocate(1);
  });
});

describe('computedIf', () => {
  const f = (x: Tensor, limit: Tensor): Tensor => {
    const isAbove = tf.any(tf.greater(x, limit));
    return computedIf(isAbove, [x], (y) => tf.div(tf.tensor1d([1, 2]), y), tf.neg(x));
  };
  const limit = tf.scalar(1);
  const [above, below] = [tf.tensor1d([0.5, 2]), tf.tensor1d([0.5, 1])];

  test('is what is computed, or the other tensor, eager and recorded, as often as it is called', () => {
    const compiled = graph.define('if', { x: float32(2), limit: float32() }, (inputs) => ({
      outputs: { y: f(inputs.x, inputs.limit), more: tf.add(f(inputs.x, inputs.limit), 1) },
    }));
    for (const run of [f, (x: Tensor, most: Tensor) => compiled({ x, limit: most }).y]) {
      expect(run(above, limit)).toEqualNumbers([2, 1]);
      expect(run(below, limit)).toEqualNumbers([-0.5, -1]);
      expect(run(above, limit)).toEqualNumbers([2, 1]);
    }
    expect(compiled({ x: below, limit }).more).toEqualNumbers([0.5, 0]);
  });

  test('computes nothing where the condition does not hold', () => {
    const table = tf.tensor1d([1, 2, 3]);
    const compiled = graph.define('gather if', { id: int32(1) }, ({ id }) => ({
      // An id outside of the table fails the call.
      outputs: { y: computedIf(tf.any(tf.less(id, 3)), [id], (at) => gatherRows(table, at), tf.tensor1d([-1])) },
    }));
    expect(compiled({ id: tf.tensor1d([2], 'int32') }).y).toEqualNumbers([3]);
    expect(compiled({ id: tf.tensor1d([7], 'int32') }).y).toEqualNumbers([-1]);
  });

  test('leaves one new tensor', () => {
    const isTrue = tf.scalar(true);
    expect(() => computedIf(isTrue, [above], (x) => tf.neg(tf.square(x)), below)).toAllocate(1);
  });
});

describe('sameMemory', () => {
  test.each<[string, Tensor]>([
    ['float32', tf.tensor1d([1.5, 2])],
    ['int32', tf.tensor1d([1, 2], 'int32')],
    ['bool', tf.tensor1d([true, false], 'bool')],
  ])('keeps type and values of %s, as another tensor', (dtype, x) => {
    const same = sameMemory(x);
    expect([same.dtype, Array.from(same.dataSync())]).toEqual([dtype, Array.from(x.dataSync())]);
    expect(same.dataId).not.toBe(x.dataId);
  });
});
