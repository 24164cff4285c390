import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { tf, backend, type Tensor } from '../tf.ts';
import { gatherRows, selectWhole, sparseSoftmaxCrossEntropy } from '../kernels.ts';
import '../testing/matchers.ts';
import { CompiledGraph } from './compiled-graph.ts';
import { CompileError, float32, int32 } from './dtype.ts';
import { kernelAttribute } from './graph-def.ts';

const open: CompiledGraph<string>[] = [];
function graphOf<V extends string>(variables: Record<V, Tensor>): CompiledGraph<V> {
  const graph = new CompiledGraph(variables);
  open.push(graph as unknown as CompiledGraph<string>);
  return graph;
}
afterEach(() => {
  for (const graph of open.splice(0)) graph.dispose();
});

const values = (tensor: Tensor): number[] => Array.from(tensor.dataSync() as Float32Array);

describe('CompiledGraph', () => {
  test('computes what the eager function computes, call after call', () => {
    const f = (x: Tensor): Tensor => tf.softmax(tf.add(tf.mul(x, 3), tf.tensor1d([1, 2, 3])));
    const compiled = graphOf({}).define('f', { x: float32(2, 3) }, ({ x }) => ({ outputs: { y: f(x) } }));
    for (const x of [
      tf.tensor2d([
        [1, 2, 3],
        [4, 5, 7],
      ]),
      tf.tensor2d([
        [-1, 0, 3],
        [0, 0, 0],
      ]),
    ]) {
      expect(compiled({ x }).y).toEqualNumbers(f(x));
    }
  });

  test('handles int32 and bool, several outputs of one kernel, and a pass-through input', () => {
    const compiled = graphOf({}).define('f', { logits: float32(2, 3), ids: int32(2) }, ({ logits, ids }) => {
      const { losses, derivative } = sparseSoftmaxCrossEntropy(logits as never, ids as never);
      return {
        outputs: { losses, derivative, ids, isZero: tf.equal(ids, 0), next: tf.add(ids, tf.scalar(1, 'int32')) },
      };
    });
    const logits = tf.tensor2d([
      [0, 0, 0],
      [1, 2, 3],
    ]);
    const ids = tf.tensor1d([0, 2], 'int32');
    const out = compiled({ logits, ids });
    expect(out.losses.dataSync()[0]).toBeCloseTo(Math.log(3), 6);
    expect(values(out.derivative)[0]).toBeCloseTo(1 / 3 - 1, 6);
    expect(values(out.ids)).toEqual([0, 2]);
    expect([out.isZero.dtype, values(out.isZero)]).toEqual(['bool', [1, 0]]);
    expect([out.next.dtype, values(out.next)]).toEqual(['int32', [1, 3]]);
  });

  test('states the types that tfjs leaves out', () => {
    const compiled = graphOf({}).define('f', { x: int32(2) }, ({ x }) => ({ outputs: { y: tf.expandDims(x, 1) } }));
    expect(compiled({ x: tf.tensor1d([3, 4], 'int32') }).y.shape).toEqual([2, 1]);
  });

  test('records gradients of the tape', () => {
    const grad = tf.grad((x: Tensor) => tf.sum(tf.mul(tf.square(x), x)));
    const compiled = graphOf({}).define('f', { x: float32(2) }, ({ x }) => ({ outputs: { dx: grad(x) } }));
    expect(values(compiled({ x: tf.tensor1d([2, -1]) }).dx)).toEqual([12, 3]);
  });

  test('keeps state in variables that can be read back and replaced', () => {
    const graph = graphOf({ total: tf.scalar(10), count: tf.scalar(0, 'int32') });
    const add = graph.define('add', { x: float32() }, ({ x }, { total, count }) => ({
      outputs: { before: total },
      updates: { total: tf.add(total, x), count: tf.add(count, tf.scalar(1, 'int32')) },
    }));
    expect(values(graph.read('total'))).toEqual([10]); // before there is a session
    expect(values(add({ x: tf.scalar(1) }).before)).toEqual([10]);
    expect(values(add({ x: tf.scalar(2) }).before)).toEqual([11]);
    expect([values(graph.read('total')), values(graph.read('count'))]).toEqual([[13], [2]]);
    graph.assign({ total: tf.scalar(100) });
    expect(values(add({ x: tf.scalar(1) }).before)).toEqual([100]);
  });

  test('reads every variable before it updates any, so a swap swaps', () => {
    const size = 1 << 16; // large enough that kernels run on several threads
    const graph = graphOf({ a: tf.fill([size], 1), b: tf.fill([size], 2) });
    const swap = graph.define('swap', {}, (_, { a, b }) => ({ outputs: {}, updates: { a: b, b: tf.add(a, 0) } }));
    for (let i = 1; i <= 50; i++) {
      swap({});
      const [a, b] = [graph.read('a'), graph.read('b')];
      expect([tf.min(a), tf.max(a), tf.min(b), tf.max(b)].map((t) => t.dataSync()[0])).toEqual(
        i % 2 === 1 ? [2, 2, 1, 1] : [1, 1, 2, 2],
      );
      tf.dispose([a, b]);
    }
  });

  test('a value read earlier stays what it was', () => {
    const graph = graphOf({ w: tf.fill([4096], 1) });
    const double = graph.define('double', {}, (_, { w }) => ({ outputs: {}, updates: { w: tf.mul(w, 2) } }));
    double({});
    const before = graph.read('w');
    double({});
    expect(before.dataSync()[0]).toBe(2);
    expect(graph.read('w').dataSync()[0]).toBe(4);
  });

  test('functions share the variables, and one may be added later without losing the state', () => {
    const graph = graphOf({ w: tf.scalar(1) });
    const inc = graph.define('inc', {}, (_, { w }) => ({ outputs: {}, updates: { w: tf.add(w, 1) } }));
    inc({});
    const get = graph.define('get', {}, (_, { w }) => ({ outputs: { w } }));
    inc({});
    expect(values(get({}).w)).toEqual([3]);
  });

  test('two graphs do not share variables', () => {
    const [one, two] = [1, 2].map((value) => graphOf({ w: tf.scalar(value) }));
    const get = [one!, two!].map((graph) => graph.define('get', {}, (_, { w }) => ({ outputs: { w } })));
    expect(get.map((f) => values(f({}).w))).toEqual([[1], [2]]);
  });

  test('writes equal constants once', () => {
    const graph = graphOf({});
    const repeat = (times: number) =>
      graph.define(`repeat${times}`, { x: float32(64) }, ({ x }) => {
        let y = x;
        for (let i = 0; i < times; i++) y = tf.add(y, tf.ones([64]));
        return { outputs: { y } };
      });
    repeat(1);
    const once = graph.numNodes;
    const y = repeat(10);
    expect(graph.numNodes - once).toBe(once - 1 + 9); // no second constant, nine more additions
    expect(values(y({ x: tf.zeros([64]) }).y)[63]).toBe(10);
  });

  test('passes the chosen branch of selectWhole on', () => {
    const select = graphOf({}).define('select', { c: { shape: [], dtype: 'bool' } }, ({ c }) => ({
      outputs: { y: selectWhole(c as never, tf.ones([2]), tf.zeros([2])) },
    }));
    expect(values(select({ c: tf.scalar(true, 'bool') }).y)).toEqual([1, 1]);
    expect(values(select({ c: tf.scalar(false, 'bool') }).y)).toEqual([0, 0]);
  });

  test('gathers rows by ids that are inputs', () => {
    const rows = graphOf({
      table: tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    }).define('rows', { ids: int32(3) }, ({ ids }, { table }) => ({
      outputs: { y: gatherRows(table, ids) },
    }));
    expect(values(rows({ ids: tf.tensor1d([1, 0, 1], 'int32') }).y)).toEqual([3, 4, 1, 2, 3, 4]);
  });

  describe('refuses', () => {
    const x = float32(2);
    test.each<[string, (graph: CompiledGraph<'w'>) => unknown, RegExp]>([
      [
        'a value read inside the trace',
        (g) => g.define('f', { x }, ({ x }) => ({ outputs: { y: tf.scalar(x.dataSync()[0]!) } })),
        /f must not read/,
      ],
      [
        'tf.gather of an input',
        (g) => g.define('f', { i: int32(1) }, ({ i }) => ({ outputs: { y: tf.gather(tf.ones([2, 2]), i as never) } })),
        /use gatherRows/,
      ],
      [
        'string tensors',
        (g) => g.define('f', {}, () => ({ outputs: { y: tf.tensor(['a']) } })),
        /must be float32, int32 or bool, got string/,
      ],
      [
        'an update of another shape',
        (g) => g.define('f', { x }, ({ x }) => ({ outputs: {}, updates: { w: x } })),
        /variable w must be float32\[\], got float32\[2\]/,
      ],
      [
        'an update of no variable',
        (g) => g.define('f', { x }, ({ x }) => ({ outputs: {}, updates: { v: x } as never })),
        /one of the variables w, got v/,
      ],
      [
        'a definition inside a trace',
        (g) =>
          g.define('f', { x }, ({ x }) => {
            g.define('g', {}, () => ({ outputs: {} }));
            return { outputs: { x } };
          }),
        /inside the trace/,
      ],
      [
        'a huge constant',
        (g) => g.define('f', {}, () => ({ outputs: { y: tf.square(tf.zeros([1 << 25])) } })),
        /at most 67108864 bytes/,
      ],
      [
        'an assignment of another type',
        (g) => g.assign({ w: tf.scalar(1, 'int32') }),
        /variable w must be float32\[\], got int32\[\]/,
      ],
    ])('%s', (_, run, message) => {
      const graph = graphOf({ w: tf.scalar(1) });
      const numNodes = graph.numNodes;
      expect(() => run(graph)).toThrow(CompileError);
      expect(() => run(graph)).toThrow(message);
      expect(graph.numNodes).toBe(numNodes);
      expect(Object.hasOwn(backend, 'executeSingleOutput')).toBe(false);
    });

    test('int64 scalars and resource attributes', () => {
      const graph = graphOf({});
      const int64 = { valueArray: new Int32Array(2), shape: [], dtype: 'int64' } as never;
      expect(() =>
        graph.define('f', {}, () => ({ outputs: { y: backend.executeSingleOutput('Neg', [], [int64]) } })),
      ).toThrow(/f: int64 scalars/);
      const resource = { name: 'r', type: backend.binding.TF_ATTR_RESOURCE, value: 0 };
      expect(() => kernelAttribute('Op', resource)).toThrow('Op.r must be a type, bool, int, float, string or shape');
    });

    test('inputs that are missing or of another shape, and calls after dispose', () => {
      const graph = graphOf({});
      const f = graph.define('f', { x }, ({ x }) => ({ outputs: { x } }));
      expect(() => f({} as never)).toThrow('f: input x is missing');
      expect(() => f({ x: tf.zeros([3]) })).toThrow('f: input x must be float32[2], got float32[3]');
      graph.dispose();
      graph.dispose();
      expect(() => f({ x: tf.zeros([2]) })).toThrow('disposed');
    });
  });

  test('leaves only its outputs in memory, and no file', () => {
    const before = { tensors: tf.memory().numTensors, files: graphFolders() };
    const initial = tf.ones([8]);
    const graph = graphOf({ w: initial });
    const f = graph.define('f', { x: float32(8) }, ({ x }, { w }) => ({
      outputs: { y: tf.add(x, w) },
      updates: { w: x },
    }));
    const out = f({ x: initial });
    f({ x: initial }).y.dispose();
    expect(tf.memory().numTensors - before.tensors).toBe(2); // initial, out.y
    graph.dispose();
    tf.dispose([initial, out.y]);
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect(graphFolders()).toEqual(before.files);
  });
});

function graphFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('leti-graph-'));
}
