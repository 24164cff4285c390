import { afterAll, describe, expect, test } from 'vitest';
import { CompiledGraph } from '../compile/compiled-graph.ts';
import { float32, int32 } from '../compile/dtype.ts';
import '../testing/matchers.ts';
import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import { drawFromTop } from './draw-from-top.ts';

const [V, FEW, ALL] = [64, 16, 2 ** 31 - 1];

/** [weights of a row, top-p, top-k]: those that 16 tokens settle, and those that they do not. */
const even = new Array<number>(V).fill(1);
const steep = even.map((_, i) => 2 ** -((i * 37) % V));
const SETTLED: [number[], number, number][] = [
  [steep, 0.9, ALL],
  [steep, 0.999, V],
  [steep, 0.5, 3],
  [even, 1, 5],
  [even, 0.3, 16],
  [even, 0.2, ALL],
];
const OPEN: [number[], number, number][] = [
  [even, 0.9, ALL],
  [even, 1, 40],
  [steep, 0.9, 17],
  [even, 0.26, ALL],
];

/** By definition, in double precision. */
function expected([weights, topP, topK]: [number[], number, number], uniform: number): number {
  const order = [...weights.keys()].toSorted((a, b) => weights[b]! - weights[a]!).slice(0, topK);
  const sum = (ids: readonly number[]): number => ids.reduce((mass, id) => mass + weights[id]!, 0);
  const limit = topP * sum(order);
  const kept = order.filter((_, i) => sum(order.slice(0, i)) < limit);
  const target = uniform * sum(kept);
  return kept.find((_, i) => sum(kept.slice(0, i + 1)) > target)!;
}

const graph = new CompiledGraph({});
afterAll(() => graph.dispose());

/** Away from the edges between tokens, where rounding decides. */
const UNIFORMS = [0.013, 0.21, 0.507, 0.77, 0.991];

describe.each(['eager', 'recorded'])('drawFromTop, %s', (how) => {
  const draw = (rows: readonly [number[], number, number][], uniform: number, few: number): number[] => {
    const R = rows.length;
    const inputs = {
      weights: tf.tensor2d(rows.map(([weights]) => weights)),
      uniforms: tf.fill([R, 1], uniform),
      topP: tf.tensor2d(rows.map(([, topP]) => [topP])),
      topK: tf.tensor2d(rows.map(([, , topK]) => [topK]), [R, 1], 'int32'),
    }; // prettier-ignore
    const run = ({ weights, uniforms, topP, topK }: Record<keyof typeof inputs, Tensor>): Tensor =>
      drawFromTop(weights as Tensor2D, uniforms, { topP, topK }, few);
    if (how === 'eager') return Array.from(run(inputs).dataSync());
    const specs = { weights: float32(R, V), uniforms: float32(R, 1), topP: float32(R, 1), topK: int32(R, 1) };
    const compiled = graph.define('draw', specs, (traced) => ({ outputs: { ids: run(traced) } }));
    return Array.from(compiled(inputs).ids.dataSync());
  };

  test.each(UNIFORMS)('draws by the definition, whether a few tokens settle it or not (uniform %d)', (uniform) => {
    const rows = [...SETTLED, ...OPEN];
    const wanted = rows.map((row) => expected(row, uniform));
    expect(draw(rows, uniform, FEW)).toEqual(wanted);
    expect(draw(rows, uniform, V)).toEqual(wanted);
    expect(draw(SETTLED, uniform, FEW)).toEqual(wanted.slice(0, SETTLED.length));
  });
});

test('drawFromTop leaves one new tensor', () => {
  const weights = tf.tensor2d([steep]);
  const [uniforms, topP, topK] = [tf.fill([1, 1], 0.5), tf.fill([1, 1], 0.9), tf.fill([1, 1], ALL, 'int32')];
  expect(() => drawFromTop(weights, uniforms, { topP, topK }, FEW)).toAllocate(1);
});
