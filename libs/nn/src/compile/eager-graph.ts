import { tf, type Tensor } from '../tf.ts';
import { adamChange } from './adam.ts';
import type { TensorSpec } from './dtype.ts';
import type { AdamStep, GraphFunction, StatefulGraph, TraceResult } from './stateful-graph.ts';

/** Runs each function as it is written, kernel by kernel: the reference that `CompiledGraph` is checked against. */
export class EagerGraph<V extends string> implements StatefulGraph<V> {
  private readonly variables: Record<V, Tensor>;

  /** @param variables the state's initial values, borrowed */
  constructor(variables: Readonly<Record<V, Tensor>>) {
    this.variables = { ...variables };
    for (const name of Object.keys(variables) as V[]) this.variables[name] = tf.keep(tf.clone(variables[name]));
  }

  define<I extends string, O extends string>(
    _name: string,
    _inputs: Readonly<Record<I, TensorSpec>>,
    trace: (inputs: Readonly<Record<I, Tensor>>, variables: Readonly<Record<V, Tensor>>) => TraceResult<V, O>,
  ): GraphFunction<I, O> {
    return (inputs) =>
      tf.tidy(() => {
        const { outputs, updates, adamSteps = [] } = trace(inputs, this.variables);
        // Clones, so that an output may be an input, a variable or an update as well.
        const results = {} as Record<O, Tensor>;
        for (const name of Object.keys(outputs) as O[]) results[name] = tf.clone(outputs[name]);
        if (updates !== undefined) this.assign(updates);
        for (const step of adamSteps) this.assign(this.afterStep(step));
        return results;
      });
  }

  private afterStep({ weights, gradient, scalars, ...moments }: AdamStep<V>): Partial<Record<V, Tensor>> {
    const [w, m, v] = [weights, moments.firstMoment, moments.secondMoment].map((name) => this.variables[name]);
    const next = adamChange(gradient, m!, v!, scalars);
    return {
      [weights]: tf.sub(w!, next.change),
      [moments.firstMoment]: next.firstMoment,
      [moments.secondMoment]: next.secondMoment,
    } as Partial<Record<V, Tensor>>;
  }

  read(name: V): Tensor {
    return tf.clone(this.variables[name]);
  }

  assign(values: Readonly<Partial<Record<V, Tensor>>>): void {
    const old: Tensor[] = [];
    for (const [name, value] of Object.entries(values) as [V, Tensor | undefined][]) {
      if (value === undefined) continue;
      old.push(this.variables[name]);
      this.variables[name] = tf.keep(tf.clone(value));
    }
    tf.dispose(old);
  }

  dispose(): void {
    tf.dispose(Object.values(this.variables));
  }
}
