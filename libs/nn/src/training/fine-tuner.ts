import { CompiledGraph } from '../compile/compiled-graph.ts';
import { EagerGraph } from '../compile/eager-graph.ts';
import type { StatefulGraph } from '../compile/stateful-graph.ts';
import { deviceMemoryBytes } from '../device-memory.ts';
import { isIgnoredName, parametersOf } from '../families/model-families.ts';
import { checkNames } from '../families/parameter.ts';
import { requireArray, type NamedArray, type NamedArrays } from '../named-array.ts';
import { tf, type Tensor } from '../tf.ts';
import { adamWTrace } from './adamw-trace.ts';
import { checkAdamW, stepScalars, type AdamWHyperparameters } from './adamw.ts';
import type { BatchOptions, TrainingBatch } from './batch.ts';
import type { DistillationBatch } from './distillation-batch.ts';
import type { BatchLoss, FineTunerOptions, PreparedBatches, StepResult } from './fine-tuner-options.ts';
import { NonFiniteLossError } from './non-finite-loss-error.ts';
import type { TrainedModel } from './objectives.ts';
import { distillationPieces, nextTokenPieces, tensorsOf, type Piece, type Pieces } from './pieces.ts';
import { TrainingFunctions } from './training-functions.ts';
import type { ScalarTensors, TrainingVariable } from './training-graph.ts';
import { refuseAbove, shapeMemory, type MemorySettings } from './training-memory.ts';
import { initialVariables, readArrays } from './training-variables.ts';

/**
 * Trains one model with AdamW. It owns weights and moments until `dispose`.
 *
 * Deterministic: the same state and batch give bit-equal new state on the same kind of processor, also when the state
 * went through `weights()` and `optimizerState()` into another process.
 *
 * Each new shape of a micro-batch (see `microBatches`) costs the recording of a graph once, a few steps' time, and a new
 * session for the graphs so far: `prepare` does it for all shapes together. Batches of sequences of like length waste least.
 */
export class FineTuner {
  private readonly model: TrainedModel;
  private readonly hyperparameters: AdamWHyperparameters;
  private readonly batchOptions: BatchOptions;
  private readonly memoryBytes: number;
  private readonly memorySettings: MemorySettings;
  private readonly graph: StatefulGraph<TrainingVariable>;
  private readonly functions: TrainingFunctions;
  private steps: number;

  /**
   * @throws {InvalidWeightsError} when weights or optimizer state do not fit the model
   * @throws {RangeError} when a hyperparameter or the size of a micro-batch is out of range
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
    weightPrecision = 'float32',
    microBatchSize,
    recompute = false,
    memoryBytes = deviceMemoryBytes(),
    compiled = true,
  }: FineTunerOptions) {
    checkAdamW(hyperparameters);
    if (!compiled && products !== 'float32') {
      throw new RangeError(`products must be float32 where compiled is false, got ${products}`);
    }
    if (microBatchSize !== undefined && !(Number.isInteger(microBatchSize) && microBatchSize >= 1)) {
      throw new RangeError(`microBatchSize must be an integer of at least 1, got ${microBatchSize}`);
    }
    this.hyperparameters = hyperparameters;
    this.batchOptions = { layout, microBatchSize };
    this.memoryBytes = memoryBytes;
    this.model = { config, parameters: parametersOf(config), recompute };
    const { parameters } = this.model;
    checkNames(parameters, weights, (name) => isIgnoredName(config, name));
    this.steps = optimizerState === undefined ? 0 : requireArray(optimizerState, 'step', [])[0]!;
    const accumulates = microBatchSize !== undefined;
    this.memorySettings = { recompute, weightPrecision, accumulates };
    const start = { weights, optimizerState, weightPrecision, accumulates };
    const initial = tf.tidy(() => initialVariables(parameters, start));
    this.graph = compiled ? new CompiledGraph(initial, { products }) : new EagerGraph(initial);
    tf.dispose(initial);
    this.functions = new TrainingFunctions(
      this.graph,
      this.model,
      adamWTrace(this.model, hyperparameters, weightPrecision),
    );
  }

  /**
   * Records the graphs that these batches will need, so that no step has to wait for one. Takes no step.
   * @throws {RangeError} when a batch does not fit the model
   * @throws {DeviceMemoryError} when one does not fit in memory
   */
  prepare({ steps = [], distillations = [], evaluations = [] }: PreparedBatches): void {
    for (const batch of steps) this.prepareStep(nextTokenPieces(this.model, batch, this.batchOptions));
    for (const batch of distillations) this.prepareStep(distillationPieces(this.model, batch, this.batchOptions));
    for (const batch of evaluations) this.prepareLoss(nextTokenPieces(this.model, batch, this.batchOptions));
  }

  /**
   * One optimizer step on the next tokens of sequences.
   * @param options.learningRate at least 0
   * @throws {NonFiniteLossError} when loss or gradient is not finite; the state is then as before
   * @throws {RangeError} when the batch does not fit the model or keeps no target
   * @throws {DeviceMemoryError} when it does not fit in memory; nothing has been computed then
   */
  step(batch: TrainingBatch, options: { readonly learningRate: number }): StepResult {
    return this.optimize(nextTokenPieces(this.model, batch, this.batchOptions), options.learningRate);
  }

  /**
   * One optimizer step of self-distillation: the student learns the next-token distributions that the same weights give
   * with more in their context, such as feedback on the solution. The loss is the mean of KL(student ‖ teacher) over the
   * solutions' tokens, and the teacher, the weights before the step, has no gradient.
   *
   * This is the objective of SDPO with the live weights as teacher, without importance weights for samples that are no
   * longer the student's own, and without the moving average of weights that the published code has as an option.
   * @see Hübotter et al. 2026, "Reinforcement Learning via Self-Distillation", arXiv:2601.20802, section 3
   * @param options.learningRate at least 0
   * @returns `loss` is the divergence in nats, by the batch's weight; `tokens` the number of the solutions' tokens
   * @throws {NonFiniteLossError} when loss or gradient is not finite; the state is then as before
   * @throws {RangeError} when a pair does not fit the model or does not end in the same tokens
   * @throws {DeviceMemoryError} when the batch does not fit in memory; nothing has been computed then
   */
  distillStep(batch: DistillationBatch, options: { readonly learningRate: number }): StepResult {
    return this.optimize(distillationPieces(this.model, batch, this.batchOptions), options.learningRate);
  }

  /**
   * The loss with the weights as they are; changes nothing.
   * @throws {RangeError} when the batch does not fit the model or keeps no target
   * @throws {DeviceMemoryError} when it does not fit in memory
   */
  evaluateLoss(batch: TrainingBatch): BatchLoss {
    const batchPieces = nextTokenPieces(this.model, batch, this.batchOptions);
    this.prepareLoss(batchPieces);
    const losses = batchPieces.pieces.map((piece) =>
      tf.tidy(() => numberOf(this.functions.loss(piece.objective)(tensorsOf(piece)).loss)),
    );
    return { loss: losses.reduce((sum, loss) => sum + loss, 0), tokens: batchPieces.kept };
  }

  /** The weights now, by Hugging Face names and in its layout. */
  weights(): NamedArrays {
    return new Map(readArrays(this.graph, this.model.parameters, 'weights'));
  }

  /** The moments as `m.NAME` and `v.NAME`, in the weights' layout, and the number of steps taken as `step` []. */
  optimizerState(): NamedArrays {
    const moments = (['m', 'v'] as const).flatMap((part) =>
      readArrays(this.graph, this.model.parameters, part).map(([name, array]) => [`${part}.${name}`, array] as const),
    );
    const step: NamedArray = { shape: [], data: Float32Array.of(this.steps) };
    return new Map([...moments, ['step', step]]);
  }

  /** Frees weights, moments and graphs. A second call does nothing. */
  dispose(): void {
    this.graph.dispose();
  }

  private optimize(batch: Pieces, learningRate: number): StepResult {
    if (!(learningRate >= 0 && learningRate < Infinity)) {
      throw new RangeError(`learningRate must be finite and at least 0, got ${learningRate}`);
    }
    this.prepareStep(batch);
    const { loss, gradientNorm } = tf.tidy(() => {
      const outputs = this.run(batch.pieces, this.scalars(learningRate));
      return { loss: numberOf(outputs.loss), gradientNorm: numberOf(outputs.gradientNorm) };
    });
    if (!Number.isFinite(loss + gradientNorm)) throw new NonFiniteLossError(this.steps + 1, loss, gradientNorm);
    this.steps += 1;
    return { loss, gradientNorm, tokens: batch.kept };
  }

  private scalars(learningRate: number): ScalarTensors {
    const { keep, decay, rate, epsilon } = stepScalars(this.hyperparameters, this.steps + 1, learningRate);
    return { keep: tf.scalar(keep), decay: tf.scalar(decay), rate: tf.scalar(rate), epsilon: tf.scalar(epsilon) };
  }

  private run(pieces: readonly Piece[], scalars: ScalarTensors): Record<'loss' | 'gradientNorm', Tensor> {
    const { functions } = this;
    if (pieces.length === 1) {
      const [piece] = pieces as [Piece];
      return functions.step(piece.objective)({ ...tensorsOf(piece), ...scalars });
    }
    functions.clear()({});
    for (const piece of pieces) tf.tidy(() => void functions.accumulate(piece.objective)(tensorsOf(piece)));
    return functions.apply()(scalars);
  }

  /** All functions of a step are defined before the first runs, for each new one costs a session. */
  private prepareStep({ pieces }: Pieces): void {
    const { functions } = this;
    for (const piece of pieces) {
      this.requireMemory(piece);
      if (pieces.length > 1) functions.accumulate(piece.objective);
      else functions.step(piece.objective);
    }
    if (pieces.length > 1) {
      functions.clear();
      functions.apply();
    }
  }

  private prepareLoss({ pieces }: Pieces): void {
    for (const piece of pieces) {
      this.requireMemory(piece);
      this.functions.loss(piece.objective);
    }
  }

  private requireMemory({ shape }: Piece): void {
    const memory = shapeMemory(this.model.config, shape, this.memorySettings);
    refuseAbove(memory, this.memoryBytes, `a training step of ${shape.rows} × ${shape.tokens} tokens at a time`);
  }
}

function numberOf(tensor: Tensor): number {
  return tensor.dataSync()[0] as number;
}
