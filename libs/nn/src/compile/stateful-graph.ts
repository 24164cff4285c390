import type { Tensor } from '../tf.ts';
import type { AdamScalars } from './adam.ts';
import type { TensorSpec } from './dtype.ts';

/** A function of a graph: tensors in by name (borrowed), tensors out by name (the caller disposes them). */
export type GraphFunction<I extends string, O extends string> = (
  inputs: Readonly<Record<I, Tensor>>,
) => Record<O, Tensor>;

/**
 * One step of Adam on three variables of one shape, in place and in one pass, where the same out of single kernels takes
 * a dozen: m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − rate · m / (√v + ε).
 */
export interface AdamStep<V extends string> {
  /** w, m and v */
  readonly weights: V;
  readonly firstMoment: V;
  readonly secondMoment: V;
  /** g, of the variables' shape */
  readonly gradient: Tensor;
  readonly scalars: AdamScalars;
}

/** What a traced function returns: results, and what becomes of the variables. */
export interface TraceResult<V extends string, O extends string> {
  readonly outputs: Readonly<Record<O, Tensor>>;
  /** New values for some of the variables. */
  readonly updates?: Readonly<Partial<Record<V, Tensor>>>;
  /** Taken after the updates. */
  readonly adamSteps?: readonly AdamStep<V>[];
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
