import { expect, test } from 'vitest';
import { CompiledGraph } from '../compile/compiled-graph.ts';
import '../testing/matchers.ts';
import { tf, type Tensor } from '../tf.ts';
import { causalMask, MASKED, queryBlocks } from './attention-mask.ts';
import { attentionPlan } from './attention-plan.ts';

test('a query sees the keys up to its own', () => {
  const [o, x] = [0, MASKED];
  expect(Array.from(causalMask({ start: 2, end: 5 }).dataSync())).toEqual([
    o, o, o, x, x,
    o, o, o, o, x,
    o, o, o, o, o,
  ].map(Math.fround)); // prettier-ignore
  expect(() => causalMask({ start: 0, end: 3 })).toAllocate(1);
});

test.each([
  [1, [1]],
  [64, [64]],
  [100, [64, 36]],
  [1024, new Array(8).fill(128)],
  [1100, [138, 138, 138, 138, 138, 138, 138, 134]],
  [8192, new Array(16).fill(512)],
])('%d queries go in blocks of %j', (T, sizes) => {
  const blocks = queryBlocks(T);
  expect(blocks.map(({ start, end }) => end - start)).toEqual(sizes);
  expect(blocks.map(({ start }) => start)).toEqual([0, ...blocks.slice(0, -1).map(({ end }) => end)]);
});

test('the plan of a long row can be recorded: no mask is a constant', () => {
  const dims = { batch: 1, tokens: 12_288, numHeads: 1, numKeyValueHeads: 1, headDim: 2, rotary: { dims: 2, theta: 10_000 } }; // prettier-ignore
  const graph = new CompiledGraph({});
  const last = graph.define('plan', {}, () => ({
    outputs: { hidden: tf.sum(tf.cast(tf.less(attentionPlan(dims).blocks.at(-1)!.mask, -1), 'int32')) as Tensor },
  }));
  expect(last({}).hidden).toEqualNumbers((512 * 511) / 2);
  graph.dispose();
});
