import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { tf, backend, type Tensor } from '../tf.ts';
import { gatherRows, matMul2d, selectWhole, sparseSoftmaxCrossEntropy } from '../kernels.ts';
import '../testing/matchers.ts';
import { CompiledGraph } from './compiled-graph.ts';
import { CompileError, float32, int32 } from './dtype.ts';
import { EagerGraph } from './eager-graph.ts';
import { kernelAttribute } from './graph-def.ts';
import { inFloat32 } from './in-float32.ts';
import { Session } from './session.ts';

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

  describe('takes steps of Adam in place', () => {
    const step = ({ g }: Record<'g', Tensor>, { w, m }: Record<'w' | 'm', Tensor>) => ({
      outputs: { before: tf.add(w, m) },
      updates: { w: tf.mul(w, 0.5) },
      adamSteps: [
        {
          weights: 'w' as const, firstMoment: 'm' as const, secondMoment: 'v' as const, gradient: g,
          scalars: { rate: tf.scalar(0.1), beta1: tf.scalar(0.9), beta2: tf.scalar(0.99), epsilon: tf.scalar(1e-3) },
        },
      ],
    }); // prettier-ignore
    const start = () => ({ w: tf.tensor1d([1, -2, 3]), m: tf.tensor1d([0.5, 0, -1]), v: tf.tensor1d([0.25, 0, 4]) });

    test('by the formula, after the updates, whose reads all saw the values before', () => {
      const graph = graphOf(start());
      const { before } = graph.define('step', { g: float32(3) }, step)({ g: tf.tensor1d([2, 0, -1]) });
      expect(before).toEqualNumbers([1.5, -2, 2]);
      const [m, v] = [[0.65, 0, -1], [0.2875, 0, 3.97]]; // prettier-ignore
      expect(graph.read('m')).toEqualNumbers(m!);
      expect(graph.read('v')).toEqualNumbers(v!);
      expect(graph.read('w')).toEqualNumbers(
        [0.5, -1, 1.5].map((w, i) => w - (0.1 * m![i]!) / (Math.sqrt(v![i]!) + 1e-3)),
      );
    });

    test('as the eager graph does', () => {
      const graphs = [graphOf(start()), new EagerGraph(start())];
      const [compiled, eager] = graphs.map((graph) => {
        const run = graph.define('step', { g: float32(3) }, step);
        for (let i = 1; i <= 3; i++) tf.dispose(run({ g: tf.tensor1d([i, -i, 0.5]) }));
        return (['w', 'm', 'v'] as const).flatMap((name) => values(graph.read(name)));
      });
      expect(compiled!).toEqualNumbers(eager!);
      graphs[1]!.dispose();
    });

    test('and leaves alone what was read before', () => {
      const graph = graphOf(start());
      const run = graph.define('step', { g: float32(3) }, step);
      run({ g: tf.tensor1d([2, 0, -1]) });
      const [w, m] = [graph.read('w'), graph.read('m')];
      const [oldW, oldM] = [values(w), values(m)];
      run({ g: tf.tensor1d([2, 0, -1]) });
      expect([values(w), values(m)]).toEqual([oldW, oldM]);
      expect(values(graph.read('m'))).not.toEqual(oldM);
    });

    test('on variables of the same shape only', () => {
      expect(() => graphOf(start()).define('step', { g: float32(2) }, step)).toThrow(CompileError);
      expect(() => graphOf(start()).define('step', { g: float32(2) }, step)).toThrow(/variable w must be/);
    });
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

  test('computes matrix products in bfloat16 where asked to, with sums in float32', () => {
    const graph = new CompiledGraph({}, { products: 'bfloat16' });
    open.push(graph);
    const product = graph.define('product', { a: float32(2, 256), b: float32(256, 3) }, ({ a, b }) => ({
      outputs: { y: matMul2d(a, b), batched: tf.matMul(tf.reshape(a, [1, 2, 256]), tf.reshape(b, [1, 256, 3])) },
    }));
    const [a, b] = [tf.fill([2, 256], 1 + 2 ** -9), tf.fill([256, 3], 1 + 2 ** -7)];
    const { y, batched } = product({ a, b });
    // 1 + 2^-9 has too many bits and becomes 1; 1 + 2^-7 has not; 256 of it, 258, needs one bit more than bfloat16 has.
    expect(y.dtype).toBe('float32');
    expect(y).toEqualNumbers(Array<number>(6).fill(258), { rtol: 2 ** -8 });
    expect(batched).toEqualNumbers(y);
    expect(y).not.toEqualNumbers(tf.matMul(a, b), { rtol: 1e-3 });
    const exact = graph.define('exact', { a: float32(2, 256), b: float32(256, 3) }, (inputs) => ({
      outputs: { y: inFloat32(() => matMul2d(inputs.a, inputs.b)) },
    }));
    expect(exact({ a, b }).y).toEqualNumbers(tf.matMul(a, b), { rtol: 1e-6 });
  });

  test('records with weights as they are, shares them with other graphs, and replaces them by assign', () => {
    const weight = tf.tensor1d([1, 2, 3]);
    const graphs = [1, 10].map((factor) => {
      const graph = new CompiledGraph({ weight, sum: tf.zeros([3]) }, { weights: ['weight'] });
      open.push(graph as unknown as CompiledGraph<string>);
      const add = graph.define('add', {}, (_, variables) => {
        const sum = tf.add(variables.sum, tf.mul(variables.weight, factor));
        return { outputs: { sum }, updates: { sum } };
      });
      return { graph, add: () => values(add({}).sum) };
    });
    weight.dispose();
    expect(graphs.map(({ add }) => add())).toEqual([[1, 2, 3], [10, 20, 30]]); // prettier-ignore
    graphs[0]!.graph.assign({ weight: tf.tensor1d([100, 100, 100]) });
    expect(graphs.map(({ add }) => add())).toEqual([[101, 102, 103], [20, 40, 60]]); // prettier-ignore
    expect(() => graphs[0]!.graph.define('train', {}, (_, { weight: w }) => ({ outputs: {}, updates: { weight: tf.neg(w!) } }))).toThrow('train must not update weight, which is a weight'); // prettier-ignore
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

  test('keeps its values when they cannot be written into the session, and tries again', () => {
    const before = tf.memory().numTensors;
    const initial = tf.tensor1d([1, 2]);
    const graph = new CompiledGraph({ x: initial });
    initial.dispose();
    const f = graph.define('f', {}, (_, { x }) => ({ outputs: { y: tf.square(x) } }));
    vi.spyOn(Session.prototype, 'run').mockImplementationOnce(() => {
      throw new Error('no memory');
    });
    expect(() => f({})).toThrow('no memory');
    const { y } = f({});
    expect(y).toEqualNumbers([1, 4]);
    y.dispose();
    graph.dispose();
    expect(tf.memory().numTensors).toBe(before);
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
