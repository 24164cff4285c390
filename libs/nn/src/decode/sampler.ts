import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProductPrecision } from '../compile/dtype.ts';
import { defaultMemoryBytes } from '../device-memory.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { tensorRuntime } from '../tensor-runtime.ts';
import { tf } from '../tf.ts';
import { DecodeBatch } from './decode-batch.ts';
import type { FoldedTensors } from './decode-block.ts';
import { DecodeGraph } from './decode-graph.ts';
import { shapeKey, type DecodeShape } from './decode-shape.ts';
import { foldedTensors } from './folded-tensors.ts';
import { checkWeightsFit, graphsBytes, numGraphsBeside } from './memory-plan.ts';
import { SampleCall, type SampleCallOptions } from './sample-call.ts';
import { checkSampleGroup, type SampleGroup } from './sample-group.ts';
import { SampleRow } from './sample-row.ts';
import { ScoreGraph } from '../scoring/score-graph.ts';
import { decodeShapeOf, operationsPerCallOf, type DecodeLimits } from './shape-of-group.ts';

/** A model to draw from, and what it may take. */
export interface SamplerOptions {
  readonly config: ModelConfig;
  /** By Hugging Face names. The sampler keeps them, for scoring, so they had better be read when asked for. */
  readonly weights: NamedArrays;
  /** Samples decoded side by side, where memory allows. A step costs nearly the same for one row as for all. Default 128. */
  readonly rows?: number;
  /**
   * Bytes for weights, caches and intermediate results, which decide how many rows a model gets. Default: half of the
   * machine's memory, or nine tenths of the GPU's. A sample depends on it as far as it decides the number of rows.
   */
  readonly memoryBytes?: number;
  /**
   * What matrix products are computed in, but for attention to what has been drawn: `bfloat16` is faster where the
   * processor has units for it, and its texts are others. Default `float32`.
   */
  readonly products?: ProductPrecision;
  /**
   * Floating-point operations after which other work has its turn: a token, or a prompt, that takes more is computed in
   * parts. Default about half a second's. It may touch the last bits of a sample's log-probabilities.
   */
  readonly operationsPerCall?: number;
}

/** New weights that a sampler has, and old ones that it still holds. One of the two is called, once. */
export interface WeightSwap {
  /** Frees the old weights. */
  commit(): void;
  /** Takes the old weights again, as they are in memory, and frees the new. @throws {Error} while samples are drawn */
  rollback(): void;
}

/** Samples of one group that wait for rows. */
interface Waiting {
  readonly call: SampleCall;
  /** In order; those that have entered are gone. */
  readonly samples: SampleRow[];
  readonly shape: DecodeShape;
  readonly key: string;
}

/** Graphs kept for their shapes, if there is memory; making one takes seconds. */
const MAX_GRAPHS = 4;

/** Groups are asked for while fewer samples wait than fill this many batches. */
const MAX_BATCHES_WAITING = 4;

/** How many batches' worth of samples of one shape may pass before samples of another shape that wait. */
const MAX_BATCHES_BEFORE_OTHERS = 4;

/**
 * Draws samples from a model, many side by side: rows that end are filled with waiting samples between chunks, whoever
 * they are for. A sample depends on weights, prompt, seed and parameters only, not on what else is in the batch.
 */
export class Sampler {
  readonly #config: ModelConfig;
  readonly #limits: DecodeLimits;
  #weights: NamedArrays;
  #folded: FoldedTensors;
  /** By shape; the one used last is last. */
  readonly #graphs = new Map<string, DecodeGraph>();
  #scoreGraph: ScoreGraph | undefined;
  #scoresUnderWay = 0;
  #reservedBytes = 0;
  readonly #calls = new Set<SampleCall>();
  readonly #queue: Waiting[] = [];
  #batch: DecodeBatch | undefined;
  #running = false;
  #disposed = false;

  private constructor({ config, weights, ...options }: SamplerOptions) {
    this.#config = config;
    this.#limits = limitsOf(options);
    this.#weights = weights;
    checkWeightsFit(config, this.#limits);
    this.#folded = foldedTensors(config, weights);
  }

  /**
   * Graphs are made when first needed.
   * @throws {InvalidWeightsError} if a weight is missing, has another shape or is none of this model's
   * @throws {DeviceMemoryError} if the weights alone need more than `memoryBytes`
   */
  static create(options: SamplerOptions): Sampler {
    return new Sampler(options);
  }

  /**
   * Bytes that a sampler takes by plan: its weights, and what drawing a group like this takes beside them.
   * @throws {DeviceMemoryError} when they are more than `memoryBytes`
   */
  static plannedBytes({ config, ...options }: Omit<SamplerOptions, 'weights'>, group?: SampleGroup): number {
    const limits = limitsOf(options);
    checkWeightsFit(config, limits);
    const shapes = group === undefined ? [] : [decodeShapeOf(group, config, limits)];
    return graphsBytes(config, shapes, limits);
  }

  /**
   * Leaves so many bytes of `memoryBytes` to somebody else from here on, as far as that goes without touching what is
   * under way: graphs that are not in use are let go, and fewer are kept. How many rows a model gets is not changed.
   * @returns whether there is so much room beside what is still held
   */
  leave(bytes: number): boolean {
    this.#checkNotDisposed();
    this.#reservedBytes = bytes;
    const isFree = (): boolean => this.#heldBytes() + bytes <= this.#limits.memoryBytes;
    if (isFree()) return true;
    if (this.#scoresUnderWay === 0) this.#dropScoreGraph();
    if ([...this.#calls].every((call) => call.settled)) this.#batch = undefined;
    for (const [key, graph] of this.#graphs) {
      if (isFree()) break;
      if (graph !== this.#batch?.graph) this.#dropGraph(key);
    }
    return isFree();
  }

  /**
   * Replaces the weights and keeps the decoding graphs.
   * @throws {InvalidWeightsError} as `create`, or what reading them throws; the old weights stay then
   * @throws {Error} while samples are being drawn: they would be of two models
   */
  setWeights(weights: NamedArrays): void {
    this.swapWeights(weights).commit();
  }

  /**
   * As `setWeights`, but the old weights stay in memory until it is said which of the two are kept, so that the new ones
   * can be tried before.
   */
  swapWeights(weights: NamedArrays): WeightSwap {
    this.#checkIdle();
    const old = { folded: this.#folded, weights: this.#weights, scoreGraph: this.#scoreGraph };
    this.#take(foldedTensors(this.#config, weights), weights, undefined);
    return {
      commit: () => {
        tf.dispose(old.folded);
        old.scoreGraph?.dispose();
      },
      rollback: () => {
        this.#checkIdle();
        const [folded, scoreGraph] = [this.#folded, this.#scoreGraph];
        this.#take(old.folded, old.weights, old.scoreGraph);
        tf.dispose(folded);
        scoreGraph?.dispose();
      },
    };
  }

  #take(folded: FoldedTensors, weights: NamedArrays, scoreGraph: ScoreGraph | undefined): void {
    this.#folded = folded;
    this.#weights = weights;
    this.#scoreGraph = scoreGraph;
    this.#batch = undefined; // its tiles hold what the other weights made of prompts
    for (const [key, graph] of this.#graphs) {
      try {
        graph.assignWeights(folded);
      } catch {
        this.#graphs.delete(key); // made again, from these weights, when it is needed
        graph.dispose();
      }
    }
  }

  #checkIdle(): void {
    this.#checkNotDisposed();
    if (this.#calls.size === 0) return;
    throw new Error(`Sampler.setWeights: no sample may be under way, got ${this.#calls.size} calls`);
  }

  /**
   * How many samples like those of a group are decoded side by side: the rows that are wanted, or as many as have room.
   * @param group of its prompt only the length counts
   * @throws {DeviceMemoryError} if not one has room
   */
  rowsFor(group: SampleGroup): number {
    return decodeShapeOf(group, this.#config, this.#limits).rows;
  }

  /** The weights as they were given, or are read since `readFrom`. */
  get weights(): NamedArrays {
    return this.#weights;
  }

  /** Says where lazy weights are to be read from, should they be needed again. @param weights the same numbers */
  readFrom(weights: NamedArrays): void {
    this.#weights = weights;
  }

  /**
   * Draws the samples of all groups and hands each over when it ends. Calls may overlap; they share the batch.
   * Other work gets its turn after each prompt and each chunk of a few tokens, or parts of one where a token takes long.
   *
   * @param groups asked for the next group when rows will be free for it
   * @param options.onSample called once per sample, in the order in which they end; what it throws ends the call
   * @param options.signal ends the call within such a turn; it then rejects with the signal's reason, and what nobody else
   *   waits for is left unfinished
   * @returns settled when every sample has been handed over
   * @throws {RangeError} for a group that cannot be sampled, naming the field
   * @throws {DeviceMemoryError} for a group of which not one sample fits in `memoryBytes`
   * @throws {NonFiniteLogitsError} if the model gives no numbers
   */
  sample(groups: Iterable<SampleGroup>, options: SampleCallOptions): Promise<void> {
    this.#checkNotDisposed();
    const call = new SampleCall(groups, options);
    this.#calls.add(call);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
    return call.finished;
  }

  /**
   * Natural-log probability of each token after the first, at temperature 1.
   * @param sequences each int32 [T], 2 <= T <= the model's positions
   * @returns each float32 [T - 1]
   * @throws {RangeError} for a sequence that the model cannot read
   * @throws {NonFiniteLogitsError} if the model gives no numbers
   * @throws what reading lazy weights throws: the first call asks for them once more
   */
  scoreTokens(sequences: readonly Int32Array[]): Float32Array[] {
    return this.#scoring().score(sequences);
  }

  /**
   * The same, with a pause after each run of the model, in which other work may have its turn; the weights stay until the
   * end. A run takes as many sequences as keep it short, and at least one.
   */
  *scoreInTurns(sequences: readonly Int32Array[]): Generator<undefined, Float32Array[]> {
    this.#scoresUnderWay++;
    try {
      return yield* this.#scoring().scoreInTurns(sequences);
    } finally {
      this.#scoresUnderWay--;
    }
  }

  /** Frees everything; calls under way reject. A second call does nothing. */
  dispose(): void {
    this.#disposed = true;
    this.#failAll(new Error('the sampler has been disposed'));
    for (const key of this.#graphs.keys()) this.#dropGraph(key);
    this.#dropScoreGraph();
    tf.dispose(this.#folded);
  }

  #scoring(): ScoreGraph {
    this.#checkNotDisposed();
    return (this.#scoreGraph ??= new ScoreGraph(
      this.#config,
      this.#weights,
      operationsPerCallOf(this.#limits),
      this.#limits.products,
    ));
  }

  async #run(): Promise<void> {
    for (;;) {
      await nextTurn();
      try {
        await this.#advance();
      } catch (error) {
        this.#failAll(error); // the machinery failed, not one call
      }
      if (this.#calls.size === 0) break;
    }
    this.#running = false;
  }

  /** One chunk: lets calls in and out, fills free rows, decodes. */
  async #advance(): Promise<void> {
    this.#forgetSettled();
    this.#pullGroups();
    if (this.#batch === undefined || this.#batch.idle) this.#batch = this.#nextBatch();
    await this.#fillRows();
    if (this.#batch?.idle === false) await this.#inTurns(this.#batch.step());
    this.#forgetSettled();
  }

  /** A batch for what has waited longest. A group whose graph cannot be made fails its own call only. */
  #nextBatch(): DecodeBatch | undefined {
    const oldest = this.#queue[0];
    if (oldest === undefined) return undefined;
    try {
      return new DecodeBatch(this.#graphFor(oldest));
    } catch (error) {
      oldest.call.fail(error);
      return undefined;
    }
  }

  /**
   * Runs work to its end; where it pauses, other work has its turn. Calls that were aborted meanwhile are forgotten
   * before the work goes on, so that it sees them settled and new weights may come as soon as it has ended.
   */
  async #inTurns<T>(work: Generator<undefined, T>): Promise<T> {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
      await nextTurn();
      this.#checkNotDisposed();
      this.#forgetCalls();
    }
  }

  /** Keeps samples for some batches waiting, taking groups from the calls in turn. */
  #pullGroups(): void {
    let waiting = this.#queue.reduce((count, unit) => count + unit.samples.length, 0);
    for (let pulled = true; pulled && waiting < MAX_BATCHES_WAITING * this.#limits.rows;) {
      pulled = false;
      for (const call of this.#calls) {
        if (call.settled) continue;
        try {
          const group = call.nextGroup();
          if (group === undefined) continue;
          checkSampleGroup(group, this.#config);
          this.#enqueue(call, group);
          waiting += group.samples.length;
          pulled = true;
        } catch (error) {
          call.fail(error);
        }
      }
    }
  }

  #enqueue(call: SampleCall, group: SampleGroup): void {
    if (group.samples.length === 0) return;
    const shape = decodeShapeOf(group, this.#config, this.#limits);
    const samples = group.samples.map((request) => new SampleRow(call, group, request));
    this.#queue.push({ call, samples, shape, key: shapeKey(shape) });
  }

  /** Lets samples of the batch's shape in, in order, until other shapes have waited long enough. */
  async #fillRows(): Promise<void> {
    const batch = this.#batch;
    if (batch === undefined) return;
    const { shape } = batch.graph;
    const key = shapeKey(shape);
    const othersWait = this.#queue.some((waiting) => waiting.key !== key);
    const most = othersWait ? MAX_BATCHES_BEFORE_OTHERS * shape.rows : Infinity;
    for (let i = 0; i < this.#queue.length;) {
      const { call, key: wanted, samples } = this.#queue[i]!;
      if (wanted !== key || call.settled) {
        i++;
        continue;
      }
      const allowed = Math.max(0, Math.min(shape.rows, most - batch.numAdmitted));
      samples.splice(0, await this.#inTurns(batch.admit(samples.slice(0, allowed))));
      if (this.#batch !== batch) return; // disposed
      if (samples.length > 0) return; // no row or no tile is free: nobody overtakes
      this.#queue.splice(i, 1);
    }
  }

  #graphFor({ key, shape }: Waiting): DecodeGraph {
    const kept = this.#graphs.get(key);
    this.#graphs.delete(key);
    // Room is made before a new graph takes it.
    const others = [...this.#graphs.values()].map((graph) => graph.shape);
    const limits = { ...this.#limits, memoryBytes: this.#limits.memoryBytes - this.#reservedBytes };
    const numKept = Math.min(MAX_GRAPHS - 1, numGraphsBeside(this.#config, shape, others, limits));
    for (const leastRecent of [...this.#graphs.keys()].slice(0, this.#graphs.size - numKept)) this.#dropGraph(leastRecent); // prettier-ignore
    const graph = kept ?? new DecodeGraph(this.#config, this.#folded, shape, this.#limits.products);
    this.#graphs.set(key, graph);
    return graph;
  }

  #dropGraph(key: string): void {
    this.#graphs.get(key)?.dispose();
    this.#graphs.delete(key);
  }

  #dropScoreGraph(): void {
    this.#scoreGraph?.dispose();
    this.#scoreGraph = undefined;
  }

  #heldBytes(): number {
    const shapes = [...this.#graphs.values()].map((graph) => graph.shape);
    const scoring = this.#scoreGraph === undefined ? 0 : graphsBytes(this.#config, [], this.#limits);
    return graphsBytes(this.#config, shapes, this.#limits) + scoring;
  }

  #forgetSettled(): void {
    this.#batch?.dropSettled();
    for (let i = this.#queue.length - 1; i >= 0; i--) if (this.#queue[i]!.call.settled) this.#queue.splice(i, 1);
    this.#forgetCalls();
  }

  #forgetCalls(): void {
    for (const call of this.#calls) if (call.settled) this.#calls.delete(call);
  }

  #failAll(reason: unknown): void {
    for (const call of this.#calls) call.fail(reason);
    this.#calls.clear();
    this.#queue.length = 0;
    this.#batch = undefined;
  }

  #checkNotDisposed(): void {
    if (this.#disposed) throw new Error('the sampler has been disposed');
  }
}

function limitsOf({
  rows = 128,
  memoryBytes = defaultMemoryBytes(),
  products = 'float32',
  operationsPerCall,
}: Omit<SamplerOptions, 'config' | 'weights'>): DecodeLimits {
  if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`Sampler: rows must be an integer >= 1, got ${rows}`);
  if (!(memoryBytes > 0)) throw new RangeError(`Sampler: memoryBytes must be > 0, got ${memoryBytes}`);
  return { rows, memoryBytes, device: tensorRuntime().device, products, operationsPerCall };
}
