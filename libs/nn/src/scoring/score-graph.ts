import { CompiledGraph } from '../compile/compiled-graph.ts';
import { int32, type ProductPrecision } from '../compile/dtype.ts';
import type { GraphFunction } from '../compile/stateful-graph.ts';
import { forward } from '../families/forward.ts';
import { countParameters } from '../families/model-families.ts';
import { modelTensors } from '../families/model-tensors.ts';
import { sparseSoftmaxCrossEntropy } from '../kernels.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { tf, type Tensor1D } from '../tf.ts';
import { NonFiniteLogitsError } from '../decode/non-finite-logits-error.ts';

/** Bounds the [tokens, V] logits of one call. */
const MAX_TOKENS = 2048;
const MAX_LOGITS = 2 ** 24;

/** Log-probabilities of whole sequences, by the same forward pass that training uses; a function per padded length. */
export class ScoreGraph {
  readonly #config: ModelConfig;
  readonly #graph: CompiledGraph<string>;
  readonly #tokensPerCall: number;
  readonly #functions = new Map<number, GraphFunction<'ids' | 'targets', 'losses'>>();

  /**
   * @param operationsPerCall floating-point operations that a call takes at most, if it has more than one sequence
   * @param products what matrix products are computed in
   */
  constructor(
    config: ModelConfig,
    weights: NamedArrays,
    operationsPerCall = Infinity,
    products: ProductPrecision = 'float32',
  ) {
    this.#config = config;
    this.#tokensPerCall = operationsPerCall / (2 * countParameters(config));
    const tensors = modelTensors(config, weights);
    this.#graph = new CompiledGraph<string>(tensors, { weights: Object.keys(tensors), products });
    tf.dispose(tensors);
  }

  /**
   * Natural-log probability of each token after the first, given those before it. Pauses after each run of the model, so
   * that other work may have its turn.
   * @param sequences each int32 [T], 2 <= T <= the model's positions, ids in [0, V)
   * @returns each float32 [T - 1]
   * @throws {RangeError} for a sequence too short or too long, or an id outside the vocabulary
   * @throws {NonFiniteLogitsError}
   */
  *scoreInTurns(sequences: readonly Int32Array[]): Generator<undefined, Float32Array[]> {
    for (const [i, sequence] of sequences.entries()) this.#check(i, sequence);
    const results: Float32Array[] = [];
    const byLength = Map.groupBy(sequences.keys(), (i) => this.#paddedLength(sequences[i]!.length));
    for (const [length, members] of byLength) {
      const rows = this.#rowsFor(length);
      for (let start = 0; start < members.length; start += rows) {
        const part = members.slice(start, start + rows);
        const scored = this.#scorePadded(part.map((i) => sequences[i]!), length, rows); // prettier-ignore
        for (const [k, i] of part.entries()) {
          const value = scored[k]!.find((logprob) => !Number.isFinite(logprob));
          if (value !== undefined) throw new NonFiniteLogitsError(`scoreTokens: sequences[${i}]`, value);
          results[i] = scored[k]!;
        }
        yield;
      }
    }
    return results;
  }

  /** The same without a pause. */
  score(sequences: readonly Int32Array[]): Float32Array[] {
    const turns = this.scoreInTurns(sequences);
    for (;;) {
      const { done, value } = turns.next();
      if (done === true) return value;
    }
  }

  /** Frees session and weights. */
  dispose(): void {
    this.#graph.dispose();
  }

  #check(index: number, sequence: Int32Array): void {
    const { maxPositions, vocabSize } = this.#config;
    if (sequence.length < 2 || sequence.length > maxPositions) {
      const got = `${sequence.length} ids`;
      throw new RangeError(`scoreTokens: sequences[${index}] must have 2 to ${maxPositions} ids, got ${got}`);
    }
    const stranger = sequence.find((id) => id < 0 || id >= vocabSize);
    if (stranger !== undefined) {
      throw new RangeError(`scoreTokens: sequences[${index}] must have ids in [0, ${vocabSize}), got ${stranger}`);
    }
  }

  #paddedLength(length: number): number {
    let padded = 32;
    while (padded < length) padded *= 2;
    return Math.min(padded, this.#config.maxPositions);
  }

  #rowsFor(length: number): number {
    const tokens = Math.min(MAX_TOKENS, MAX_LOGITS / this.#config.vocabSize, this.#tokensPerCall);
    return Math.max(1, Math.floor(tokens / length));
  }

  #scorePadded(sequences: readonly Int32Array[], length: number, rows: number): Float32Array[] {
    const ids = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    for (const [row, sequence] of sequences.entries()) {
      ids.set(sequence, row * length);
      targets.set(sequence.subarray(1), row * length);
    }
    const run = this.#functionFor(length, rows);
    const { losses } = tf.tidy(() => run({ ids: tf.tensor1d(ids, 'int32'), targets: tf.tensor1d(targets, 'int32') }));
    const values = losses.dataSync<'float32'>();
    losses.dispose();
    return sequences.map((sequence, row) =>
      values.slice(row * length, row * length + sequence.length - 1).map((loss) => -loss),
    );
  }

  #functionFor(length: number, rows: number): GraphFunction<'ids' | 'targets', 'losses'> {
    const known = this.#functions.get(length);
    if (known !== undefined) return known;
    const specs = { ids: int32(rows * length), targets: int32(rows * length) };
    const made = this.#graph.define(`score ${length}`, specs, ({ ids, targets }, variables) => {
      const logits = forward(this.#config, variables, ids as Tensor1D, rows);
      return { outputs: { losses: sparseSoftmaxCrossEntropy(logits, targets as Tensor1D).losses } };
    });
    this.#functions.set(length, made);
    return made;
  }
}
