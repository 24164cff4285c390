import { tf, type Tensor } from '../tf.ts';
import { CompileError, describeSpec, type GraphDataType, type ProductPrecision, type TensorSpec } from './dtype.ts';
import { GraphRecorder, type VariableNodes } from './graph-recorder.ts';
import { recordFunction, type FunctionNodes, type TraceFunction } from './record-function.ts';
import { Session } from './session.ts';
import type { GraphFunction, StatefulGraph, TraceResult } from './stateful-graph.ts';

/**
 * Functions over shared state, recorded from eager code and run as one TensorFlow session: `tf.function` for TypeScript.
 *
 * ```ts
 * const graph = new CompiledGraph({ total: tf.scalar(0) });
 * const add = graph.define('add', { x: float32() }, ({ x }, { total }) => {
 *   const next = tf.add(total, x);
 *   return { outputs: { next }, updates: { total: next } };
 * });
 * add({ x }).next; // and again, with the new total
 * graph.dispose();
 * ```
 *
 * A traced function must be pure: what it computes may depend only on its inputs and variables, it must not read tensor
 * values, and its control flow is frozen at the shapes it was defined for. Random kernels with a seed attribute draw
 * new numbers at each call; stateless ones take their seed as an input. All reads of variables in a call see the values
 * before the call; updates take effect together when it returns.
 *
 * Functions may be added at any time. The session is made at the first call after that, and the variables' values move
 * over, so define everything first where it is known.
 */
export class CompiledGraph<V extends string = never> implements StatefulGraph<V> {
  private readonly recorder = new GraphRecorder();
  private readonly products: ProductPrecision;
  private session: Session | undefined;
  /** Values to write into the next session, owned. */
  private pending: Map<V, Tensor> | undefined = new Map();
  /** Values of the variables that no function updates, owned. */
  private readonly weights = new Map<V, Tensor>();
  private disposed = false;

  /**
   * @param variables the state's initial values, borrowed; type and shape of each are fixed from here on
   * @param options.products what matrix products are computed in; float32 if left out
   * @param options.weights variables that no function updates, only `assign` does; none if left out. Their memory is used as
   *   it is: recording needs no zeros of that size, and on a CPU graphs that are given the same tensors share them.
   */
  constructor(
    variables: Readonly<Record<V, Tensor>>,
    options: { readonly products?: ProductPrecision; readonly weights?: readonly NoInfer<V>[] } = {},
  ) {
    this.products = options.products ?? 'float32';
    for (const name of Object.keys(variables) as V[]) {
      const { shape, dtype } = variables[name];
      this.recorder.addVariable(name, { shape, dtype: dtype as GraphDataType });
    }
    for (const name of options.weights ?? []) this.weights.set(name, tf.keep(tf.clone(variables[name])));
    this.assign(variables);
  }

  /** Nodes in the graph so far: what building the session costs. */
  get numNodes(): number {
    return this.recorder.nodes.length;
  }

  /**
   * Records `trace` by running it once, eagerly, on zeros.
   * @param name for messages
   * @param inputs shape and type of each input
   * @returns the function that runs the record in the session
   * @throws {CompileError} when something cannot be recorded: a type other than float32, int32 and bool, an int64
   *   scalar, a resource attribute, a value read inside the trace, an update of another shape than its variable's
   */
  define<I extends string, O extends string>(
    name: string,
    inputs: Readonly<Record<I, TensorSpec>>,
    trace: (inputs: Readonly<Record<I, Tensor>>, variables: Readonly<Record<V, Tensor>>) => TraceResult<V, O>,
  ): GraphFunction<I, O> {
    this.checkNotDisposed();
    const { products, weights } = this;
    const nodes = recordFunction(this.recorder, name, inputs, trace as TraceFunction, { products, weights });
    this.closeSession();
    return (feeds) => this.call(name, inputs, nodes, feeds);
  }

  /** The variable's value now, as a new tensor that the caller disposes. */
  read(name: V): Tensor {
    this.checkNotDisposed();
    const { read } = this.variable(name);
    const waiting = this.pending?.get(name);
    if (waiting !== undefined) return tf.clone(waiting);
    return this.openSession().run(new Map(), [read])[0]!;
  }

  /**
   * Replaces values of variables; the tensors are borrowed.
   * @throws {CompileError} when a name, shape or type is not the declared one; nothing is replaced then
   */
  assign(values: Readonly<Partial<Record<V, Tensor>>>): void {
    this.checkNotDisposed();
    const entries = (Object.entries(values) as [V, Tensor][]).map(([name, value]) => {
      const nodes = this.variable(name);
      checkSpec(`variable ${name}`, nodes.spec, value);
      return { name, value, nodes };
    });
    for (const { name, value } of entries) {
      const old = this.weights.get(name);
      if (old === undefined) continue;
      this.weights.set(name, tf.keep(tf.clone(value)));
      old.dispose();
    }
    if (this.pending === undefined) {
      writeVariables(this.openSession(), entries);
      return;
    }
    for (const { name, value } of entries) {
      this.pending.get(name)?.dispose();
      this.pending.set(name, tf.keep(tf.clone(value)));
    }
  }

  /** Frees session and state. The compiled functions throw from then on. A second call does nothing. */
  dispose(): void {
    this.disposed = true;
    this.session?.dispose();
    this.session = undefined;
    for (const value of this.pending?.values() ?? []) value.dispose();
    this.pending = undefined;
    tf.dispose([...this.weights.values()]);
    this.weights.clear();
  }

  private call<I extends string, O extends string>(
    name: string,
    specs: Readonly<Record<I, TensorSpec>>,
    nodes: FunctionNodes,
    inputs: Readonly<Record<I, Tensor>>,
  ): Record<O, Tensor> {
    this.checkNotDisposed();
    const feeds = new Map<string, Tensor>();
    for (const [input, node] of nodes.inputs) {
      const tensor = inputs[input as I] as Tensor | undefined;
      if (tensor === undefined) throw new CompileError(`${name}: input ${input} is missing`);
      checkSpec(`${name}: input ${input}`, specs[input as I], tensor);
      feeds.set(node, tensor);
    }
    const names = [...nodes.outputs.keys()];
    const fetches = names.length === 0 ? [nodes.done] : [...nodes.outputs.values()];
    const results = this.openSession().run(feeds, fetches);
    if (names.length === 0) tf.dispose(results);
    return Object.fromEntries(names.map((output, i) => [output, results[i]])) as Record<O, Tensor>;
  }

  /** The session, with all values in it. Where that fails, the values stay, and the next call tries again. */
  private openSession(): Session {
    if (this.session !== undefined) return this.session;
    const session = new Session(this.recorder.nodes);
    const values = [...(this.pending ?? [])];
    try {
      const entries = values.map(([name, value]) => ({ nodes: this.variable(name), value }));
      if (entries.length > 0) writeVariables(session, entries);
    } catch (error) {
      session.dispose();
      throw error;
    }
    this.session = session;
    this.pending = undefined;
    tf.dispose(values.map(([, value]) => value));
    return session;
  }

  /** Takes the state out of the session, so that a larger graph can be opened with it. */
  private closeSession(): void {
    const { session } = this;
    if (session === undefined) return;
    const names = [...this.recorder.variables.keys()] as V[];
    const reads = names.map((name) => this.variable(name).read);
    const values = names.length === 0 ? [] : session.run(new Map(), reads);
    this.pending = new Map(names.map((name, i) => [name, tf.keep(values[i]!)]));
    session.dispose();
    this.session = undefined;
  }

  private variable(name: V): VariableNodes {
    const nodes = this.recorder.variables.get(name);
    if (nodes !== undefined) return nodes;
    throw new CompileError(`variable must be one of ${[...this.recorder.variables.keys()].join(', ')}, got ${name}`);
  }

  private checkNotDisposed(): void {
    if (this.disposed) throw new CompileError('the graph has been disposed');
  }
}

function writeVariables(
  session: Session,
  entries: readonly { readonly nodes: VariableNodes; readonly value: Tensor }[],
): void {
  const feeds = new Map(entries.map(({ nodes, value }) => [nodes.value, value]));
  const assigned = entries.map(({ nodes }) => nodes.assigned);
  tf.dispose(session.run(feeds, assigned));
}

function checkSpec(place: string, spec: TensorSpec, tensor: Tensor): void {
  if (describeSpec(spec) !== describeSpec(tensor)) {
    throw new CompileError(`${place} must be ${describeSpec(spec)}, got ${describeSpec(tensor)}`);
  }
}
