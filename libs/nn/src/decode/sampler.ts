import { setImmediate as nextTurn } from 'node:timers/promises';
import { isIgnoredName, parametersOf } from '../families/index.ts';
import { checkNames } from '../families/parameter.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { DecodeBatch } from './decode-batch.ts';
import { DecodeGraph, PREFILL_ROWS } from './decode-graph.ts';
import { decodeShapeOf, shapeKey, type DecodeShape } from './decode-shape.ts';
import { foldWeights } from './fold-weights.ts';
import { SampleCall, type SampleCallOptions } from './sample-call.ts';
import { checkSampleGroup, type SampleGroup } from './sample-group.ts';
import { SampleRow } from './sample-row.ts';
import { ScoreGraph } from './score-graph.ts';

export interface SamplerOptions {
  readonly config: ModelConfig;
  /** By Hugging Face names. */
  readonly weights: NamedArrays;
  /** Samples decoded side by side. A step costs nearly the same for one row as for all. Default 128. */
  readonly rows?: number;
}

/** Samples of one group that enter the batch together, because one prefill serves them. */
interface Unit {
  readonly call: SampleCall;
  readonly samples: readonly SampleRow[];
  readonly shape: DecodeShape;
  readonly key: string;
}

/** Graphs kept for their shapes; making one takes about a second, and each holds weights and a cache. */
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
  readonly #rows: number;
  #weights: NamedArrays;
  #folded: NamedArrays;
  /** By shape; the one used last is last. */
  readonly #graphs = new Map<string, DecodeGraph>();
  #scoreGraph: ScoreGraph | undefined;
  readonly #calls = new Set<SampleCall>();
  readonly #queue: Unit[] = [];
  #batch: DecodeBatch | undefined;
  #running = false;
  #disposed = false;

  private constructor({ config, weights, rows = 128 }: SamplerOptions) {
    if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`Sampler: rows must be an integer >= 1, got ${rows}`);
    this.#config = config;
    this.#rows = rows;
    this.#weights = weights;
    this.#folded = fold(config, weights);
  }

  /**
   * Graphs are made when first needed.
   * @throws {InvalidWeightsError} if a weight is missing, has another shape or is none of this model's
   */
  static create(options: SamplerOptions): Sampler {
    return new Sampler(options);
  }

  /**
   * Replaces the weights and keeps the graphs.
   * @throws {InvalidWeightsError} as `create`; the old weights stay then
   * @throws {Error} while samples are being drawn: they would be of two models
   */
  setWeights(weights: NamedArrays): void {
    this.#checkNotDisposed();
    if (this.#calls.size > 0) throw new Error(`Sampler.setWeights: no sample may be under way, got ${this.#calls.size} calls`); // prettier-ignore
    const folded = fold(this.#config, weights);
    this.#weights = weights;
    this.#folded = folded;
    for (const graph of this.#graphs.values()) graph.assignWeights(folded);
    this.#scoreGraph?.assignWeights(weights);
  }

  /**
   * Draws the samples of all groups and hands each over when it ends. Calls may overlap; they share the batch.
   * Other work gets its turn between chunks of 8 tokens.
   *
   * @param groups asked for the next group when rows will be free for it
   * @param options.onSample called once per sample, in the order in which they end; what it throws ends the call
   * @param options.signal ends the call within one chunk; it then rejects with the signal's reason
   * @returns settled when every sample has been handed over
   * @throws {RangeError} for a group that cannot be sampled, naming the field
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
   */
  scoreTokens(sequences: readonly Int32Array[]): Float32Array[] {
    this.#checkNotDisposed();
    this.#scoreGraph ??= new ScoreGraph(this.#config, this.#weights);
    return this.#scoreGraph.score(sequences);
  }

  /** Frees everything; calls under way reject. A second call does nothing. */
  dispose(): void {
    this.#disposed = true;
    this.#failAll(new Error('the sampler has been disposed'));
    for (const graph of this.#graphs.values()) graph.dispose();
    this.#graphs.clear();
    this.#scoreGraph?.dispose();
    this.#scoreGraph = undefined;
  }

  async #run(): Promise<void> {
    for (;;) {
      await nextTurn();
      try {
        this.#advance();
      } catch (error) {
        this.#failAll(error); // the machinery failed, not one call
      }
      if (this.#calls.size === 0) break;
    }
    this.#running = false;
  }

  /** One chunk: lets calls in and out, fills free rows, decodes. */
  #advance(): void {
    this.#forgetSettled();
    this.#pullGroups();
    if (this.#batch === undefined || this.#batch.idle) {
      const oldest = this.#queue[0];
      this.#batch = oldest && new DecodeBatch(this.#graphFor(oldest));
    }
    this.#fillRows();
    if (this.#batch?.idle === false) this.#batch.step();
    this.#forgetSettled();
  }

  /** Keeps samples for some batches waiting, taking groups from the calls in turn. */
  #pullGroups(): void {
    let waiting = this.#queue.reduce((count, unit) => count + unit.samples.length, 0);
    for (let pulled = true; pulled && waiting < MAX_BATCHES_WAITING * this.#rows;) {
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
    const shape = decodeShapeOf(group, this.#config, this.#rows);
    const size = Math.min(PREFILL_ROWS, shape.rows);
    for (let start = 0; start < group.samples.length; start += size) {
      const samples = group.samples.slice(start, start + size).map((request) => new SampleRow(call, group, request));
      this.#queue.push({ call, samples, shape, key: shapeKey(shape) });
    }
  }

  /** Lets units of the batch's shape in, in order, until other shapes have waited long enough. */
  #fillRows(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    const key = shapeKey(batch.graph.shape);
    const othersWait = this.#queue.some((unit) => unit.key !== key);
    const most = othersWait ? MAX_BATCHES_BEFORE_OTHERS * batch.graph.shape.rows : Infinity;
    for (let i = 0; i < this.#queue.length;) {
      const { key: wanted, samples } = this.#queue[i]!;
      if (wanted !== key) {
        i++;
        continue;
      }
      // A part of the unit could enter, but then its prompt would have to be run again for the rest.
      if (samples.length > batch.numFree || batch.numAdmitted + samples.length > most) return;
      this.#queue.splice(i, 1);
      batch.admit(samples);
    }
  }

  #graphFor({ key, shape }: Unit): DecodeGraph {
    const graph = this.#graphs.get(key) ?? new DecodeGraph(this.#config, this.#folded, shape);
    this.#graphs.delete(key);
    this.#graphs.set(key, graph);
    const [leastRecent] = this.#graphs;
    if (this.#graphs.size > MAX_GRAPHS && leastRecent !== undefined) {
      this.#graphs.delete(leastRecent[0]);
      leastRecent[1].dispose();
    }
    return graph;
  }

  #forgetSettled(): void {
    this.#batch?.dropSettled();
    for (let i = this.#queue.length - 1; i >= 0; i--) if (this.#queue[i]!.call.settled) this.#queue.splice(i, 1);
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

function fold(config: ModelConfig, weights: NamedArrays): NamedArrays {
  checkNames(parametersOf(config), weights, (name) => isIgnoredName(config, name));
  return foldWeights(config, weights);
}
