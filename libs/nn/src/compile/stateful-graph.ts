import type { Tensor } from '../tf.ts';
import type { TensorSpec } from './dtype.ts';

/** A function of a graph: tensors in by name (borrowed), tensors out by name (the caller disposes them). */
export type GraphFunction<I extends string, O extends string> = (
  inputs: Readonly<Record<I, Tensor>>,
) => Record<O, Tensor>;

/** What a traced function returns: results, and new values for some of the variables. */
export interface TraceResult<V extends string, O extends string> {
  readonly outputs: Readonly<Record<O, Tensor>>;
  readonly updates?: Readonly<Partial<Record<V, Tensor>>>;
}

/** Functions over shared state. `CompiledGraph` runs a record of them, `EagerGraph` runs the code itself. */
export interface StatefulGraph<V extends string> {
  /** Adds a function of these inputs. It must be pure; its argument tensors are borrowed. */
  define<I extends string, O extends string>(
    name: string,
    inputs: Readonly<Record<I, TensorSpec>>,
    trace: (inputs: Readonly<Record<I, Tensor>>, variables: Readonly<Record<V, Tensor>>) => TraceResult<V, O>,
  ): GraphFunction<I, O>;
  /** The variable's value now, as a new tensor that the caller disposes. */
  read(name: V): Tensor;
  /** Replaces values of variables; the tensors are borrowed. */
  assign(values: Readonly<Partial<Record<V, Tensor>>>): void;
  /** Frees the state. A second call does nothing. */
  dispose(): void;
}
