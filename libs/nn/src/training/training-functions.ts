import type { TensorSpec } from '../compile/dtype.ts';
import type { GraphFunction, StatefulGraph, TraceResult } from '../compile/stateful-graph.ts';
import type { Tensor } from '../tf.ts';
import type { Objective, TrainedModel } from './objectives.ts';
import {
  accumulateTrace,
  applyTrace,
  clearTrace,
  lossTrace,
  SCALAR_SPECS,
  stepTrace,
  type OptimizerTrace,
  type TrainingTensors,
  type TrainingVariable,
} from './training-graph.ts';

type Run<O extends string> = GraphFunction<string, O>;
type Inputs = Readonly<Record<string, Tensor>>;

/** The functions of one training graph, each defined when it is first asked for. */
export class TrainingFunctions {
  readonly #graph: StatefulGraph<TrainingVariable>;
  readonly #model: TrainedModel;
  readonly #optimizer: OptimizerTrace;
  readonly #defined = new Map<string, Run<string>>();

  constructor(graph: StatefulGraph<TrainingVariable>, model: TrainedModel, optimizer: OptimizerTrace) {
    this.#graph = graph;
    this.#model = model;
    this.#optimizer = optimizer;
  }

  /** The loss of one micro-batch. */
  loss(objective: Objective): Run<'loss'> {
    return this.#define(`loss ${objective.name}`, objective.inputs, lossTrace(this.#model, objective));
  }

  /** Loss, gradients and optimizer step of a batch that is computed at once. */
  step(objective: Objective): Run<'loss' | 'gradientNorm'> {
    const inputs = { ...objective.inputs, ...SCALAR_SPECS };
    return this.#define(`step ${objective.name}`, inputs, stepTrace(this.#model, objective, this.#optimizer));
  }

  /** Sets the sums over micro-batches to zero. */
  clear(): Run<never> {
    return this.#define('clear', {}, clearTrace(this.#model));
  }

  /** Adds one micro-batch to the sums. */
  accumulate(objective: Objective): Run<never> {
    return this.#define(`accumulate ${objective.name}`, objective.inputs, accumulateTrace(this.#model, objective));
  }

  /** The optimizer step from the sums. */
  apply(): Run<'loss' | 'gradientNorm'> {
    const trace = applyTrace(this.#model, this.#optimizer);
    return this.#define('apply', SCALAR_SPECS, trace as Trace<'loss' | 'gradientNorm'>);
  }

  #define<O extends string>(name: string, inputs: Readonly<Record<string, TensorSpec>>, trace: Trace<O>): Run<O> {
    const known = this.#defined.get(name);
    if (known !== undefined) return known as Run<O>;
    const made = this.#graph.define<string, O>(name, inputs, trace);
    this.#defined.set(name, made as Run<string>);
    return made;
  }
}

type Trace<O extends string> = (inputs: Inputs, variables: TrainingTensors) => TraceResult<TrainingVariable, O>;
