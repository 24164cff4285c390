import { CompiledGraph } from '../compile/compiled-graph.ts';
import type { ProductPrecision } from '../compile/dtype.ts';
import { EagerGraph } from '../compile/eager-graph.ts';
import type { GraphFunction, StatefulGraph } from '../compile/stateful-graph.ts';
import { isIgnoredName, parametersOf } from '../families/index.ts';
import { checkNames, fromFile, toFile } from '../families/parameter.ts';
import type { ModelConfig } from '../model-config.ts';
import { requireArray, type NamedArray, type NamedArrays } from '../named-array.ts';
import { tf, type Tensor } from '../tf.ts';
import { checkAdamW, stepScalars, type AdamWHyperparameters } from './adamw.ts';
import {
  batchShape,
  padBatch,
  type BatchLayout,
  type BatchShape,
  type PaddedBatch,
  type TrainingBatch,
} from './batch.ts';
import { NonFiniteLossError } from './non-finite-loss-error.ts';
import {
  batchSpecs,
  lossTrace,
  SCALAR_SPECS,
  stepTrace,
  type BatchInput,
  type TrainedModel,
  type TrainingVariable,
} from './training-graph.ts';

/** Where a fine-tuner starts. */
export interface FineTunerOptions {
  readonly config: ModelConfig;
  /** By Hugging Face names and in its layout. Copied. */
  readonly weights: NamedArrays;
  /** What `optimizerState()` returned; without it the moments start at zero. Copied. */
  readonly optimizerState?: NamedArrays;
  readonly hyperparameters: AdamWHyperparameters;
  /** How sequences share the rows of a batch. Default `padded`. */
  readonly layout?: BatchLayout;
  /** What matrix products are computed in. Default `float32`; `bfloat16` needs recorded graphs. */
  readonly products?: ProductPrecision;
  /** Run recorded graphs (the default), or the same code kernel by kernel, which is slower. */
  readonly compiled?: boolean;
}

/** The loss of a batch. */
export interface BatchLoss {
  /** Mean over the kept targets, in nats. */
  readonly loss: number;
  /** How many targets were kept. */
  readonly tokens: number;
}

/** What one optimizer step reports. */
export interface StepResult extends BatchLoss {
  /** Euclidean norm of the gradient over all parameters, before clipping. */
  readonly gradientNorm: number;
}

type StepFunction = GraphFunction<BatchInput | keyof typeof SCALAR_SPECS, 'loss' | 'gradientNorm'>;
type LossFunction = GraphFunction<BatchInput, 'loss'>;

/**
 * Trains one model with AdamW. It owns weights and moments until `dispose`.
 *
 * Deterministic: the same state and batch give bit-equal new state on the same kind of processor, also when the state
 * went through `weights()` and `optimizerState()` into another process.
 *
 * Each new batch shape (see `batchShape`) costs the recording of a graph once, a few steps' time, and a new session for
 * the graphs so far: `prepare` does it for all shapes together. Batches of sequences of like length waste least.
 */
export class FineTuner {
  private readonly model: TrainedModel;
  private readonly hyperparameters: AdamWHyperparameters;
  private readonly layout: BatchLayout;
  private readonly graph: StatefulGraph<TrainingVariable>;
  private readonly stepFunctions = new Map<string, StepFunction>();
  private readonly lossFunctions = new Map<string, LossFunction>();
  private steps: number;

  /**
   * @throws {InvalidWeightsError} when weights or optimizer state do not fit the model
   * @throws {RangeError} when a hyperparameter is out of range
   */
  static create(options: FineTunerOptions): FineTuner {
    return new FineTuner(options);
  }

  private constructor({
    config,
    weights,
    optimizerState,
    hyperparameters,
    layout = 'padded',
    products = 'float32',
    compiled = true,
  }: FineTunerOptions) {
    checkAdamW(hyperparameters);
    if (!compiled && products !== 'float32') {
      throw new RangeError(`products must be float32 where compiled is false, got ${products}`);
    }
    this.hyperparameters = hyperparameters;
    this.layout = layout;
    this.model = { config, parameters: parametersOf(config) };
    checkNames(this.model.parameters, weights, (name) => isIgnoredName(config, name));
    this.steps = optimizerState === undefined ? 0 : requireArray(optimizerState, 'step', [])[0]!;
    const initial = tf.tidy(() => this.initialVariables(weights, optimizerState));
    this.graph = compiled ? new CompiledGraph(initial, { products }) : new EagerGraph(initial);
    tf.dispose(initial);
  }

  /**
   * Records the graphs that these batches will need, so that no step has to wait for one. Takes no step.
   * @param batches.steps to be passed to `step`; `batches.evaluations` to `evaluateLoss`
   * @throws {RangeError} when a batch does not fit the model
   */
  prepare(batches: { readonly steps?: Iterable<TrainingBatch>; readonly evaluations?: Iterable<TrainingBatch> }): void {
    for (const batch of batches.steps ?? []) this.stepFunction(batchShape(this.model.config, batch, this.layout));
    for (const batch of batches.evaluations ?? []) this.lossFunction(batchShape(this.model.config, batch, this.layout));
  }

  /**
   * One optimizer step.
   * @param options.learningRate at least 0
   * @throws {NonFiniteLossError} when loss or gradient is not finite; the state is then as before
   * @throws {RangeError} when the batch does not fit the model or keeps no target
   */
  step(batch: TrainingBatch, { learningRate }: { readonly learningRate: number }): StepResult {
    if (!(learningRate >= 0 && learningRate < Infinity)) {
      throw new RangeError(`learningRate must be finite and at least 0, got ${learningRate}`);
    }
    const padded = padBatch(this.model.config, batch, this.layout);
    const run = this.stepFunction(padded);
    const { loss, gradientNorm } = tf.tidy(() => {
      const { keep, rate, epsilon } = stepScalars(this.hyperparameters, this.steps + 1, learningRate);
      const scalars = { keep: tf.scalar(keep), rate: tf.scalar(rate), epsilon: tf.scalar(epsilon) };
      const outputs = run({ ...batchTensors(padded), ...scalars });
      return { loss: numberOf(outputs.loss), gradientNorm: numberOf(outputs.gradientNorm) };
    });
    if (!Number.isFinite(loss + gradientNorm)) throw new NonFiniteLossError(this.steps + 1, loss, gradientNorm);
    this.steps += 1;
    return { loss, gradientNorm, tokens: padded.kept };
  }

  /**
   * The loss with the weights as they are; changes nothing.
   * @throws {RangeError} when the batch does not fit the model or keeps no target
   */
  evaluateLoss(batch: TrainingBatch): BatchLoss {
    const padded = padBatch(this.model.config, batch, this.layout);
    const run = this.lossFunction(padded);
    const loss = tf.tidy(() => numberOf(run(batchTensors(padded)).loss));
    return { loss, tokens: padded.kept };
  }

  /** The weights now, by Hugging Face names and in its layout. */
  weights(): NamedArrays {
    return new Map(this.arraysOf('weights', ''));
  }

  /** The moments as `m.NAME` and `v.NAME`, in the weights' layout, and the number of steps taken as `step` []. */
  optimizerState(): NamedArrays {
    const step: NamedArray = { shape: [], data: Float32Array.of(this.steps) };
    return new Map([...this.arraysOf('m', 'm.'), ...this.arraysOf('v', 'v.'), ['step', step]]);
  }

  /** Frees weights, moments and graphs. A second call does nothing. */
  dispose(): void {
    this.graph.dispose();
  }

  private initialVariables(weights: NamedArrays, moments: NamedArrays | undefined): Record<TrainingVariable, Tensor> {
    const variables: Record<TrainingVariable, Tensor> = {};
    for (const parameter of this.model.parameters) {
      const { name } = parameter;
      const shape = [...parameter.shape];
      variables[`weights.${name}`] = tf.tensor(fromFile(parameter, weights), shape);
      for (const moment of ['m', 'v'] as const) {
        variables[`${moment}.${name}`] =
          moments === undefined ? tf.zeros(shape) : tf.tensor(fromFile(parameter, moments, `${moment}.`), shape);
      }
    }
    return variables;
  }

  private arraysOf(part: 'weights' | 'm' | 'v', prefix: string): [string, NamedArray][] {
    return this.model.parameters.flatMap((parameter) => {
      const tensor = this.graph.read(`${part}.${parameter.name}`);
      const data = tensor.dataSync() as Float32Array;
      tensor.dispose();
      return toFile(parameter, data).map(([name, array]): [string, NamedArray] => [prefix + name, array]);
    });
  }

  private stepFunction(shape: BatchShape): StepFunction {
    const key = `step ${shape.rows}x${shape.tokens}`;
    let run = this.stepFunctions.get(key);
    if (run === undefined) {
      const trace = stepTrace(this.model, this.hyperparameters, shape);
      run = this.graph.define(key, { ...batchSpecs(shape), ...SCALAR_SPECS }, trace);
      this.stepFunctions.set(key, run);
    }
    return run;
  }

  private lossFunction(shape: BatchShape): LossFunction {
    const key = `loss ${shape.rows}x${shape.tokens}`;
    let run = this.lossFunctions.get(key);
    if (run === undefined) {
      run = this.graph.define(key, batchSpecs(shape), lossTrace(this.model, shape));
      this.lossFunctions.set(key, run);
    }
    return run;
  }
}

function batchTensors(batch: PaddedBatch): Record<BatchInput, Tensor> {
  const { ids, targets, weights, positions, segments } = batch;
  return {
    ids: tf.tensor1d(ids),
    targets: tf.tensor1d(targets),
    weights: tf.tensor1d(weights),
    positions: tf.tensor1d(positions),
    segments: tf.tensor1d(segments),
  };
}

function numberOf(tensor: Tensor): number {
  return tensor.dataSync()[0] as number;
}
