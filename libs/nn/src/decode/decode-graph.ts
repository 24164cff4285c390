import { CompiledGraph } from '../compile/compiled-graph.ts';
import { float32, int32, type TensorSpec } from '../compile/dtype.ts';
import type { GraphFunction } from '../compile/stateful-graph.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { tf, type Tensor } from '../tf.ts';
import { emptyCache } from './cache.ts';
import { CHUNK_STEPS, type DecodeShape } from './decode-shape.ts';
import { decodeSteps, type StepInputs } from './decode-steps.ts';
import { prefill } from './prefill.ts';

/** How many rows one prefill fills. */
export const PREFILL_ROWS = 16;

/** Plain arrays for `DecodeGraph.decode`; see `StepInputs` for what they mean. */
export interface DecodeFeeds {
  readonly ids: Int32Array;
  readonly prefilled: Int32Array;
  readonly drawn: Int32Array;
  /** [R, CHUNK_STEPS], row after row */
  readonly uniforms: Float32Array;
  readonly inverseTemperatures: Float32Array;
  /** Read for a nucleus shape only. */
  readonly topP: Float32Array;
}

/** The decoding functions of one shape as a TensorFlow session that holds weights and caches. */
export class DecodeGraph {
  readonly shape: DecodeShape;
  readonly #graph: CompiledGraph<string>;
  readonly #prefill: GraphFunction<'ids' | 'rows', never>;
  readonly #decode: GraphFunction<string, 'ids' | 'logprobs'>;

  /** @param folded what `foldWeights` gave */
  constructor(config: ModelConfig, folded: NamedArrays, shape: DecodeShape) {
    this.shape = shape;
    const { rows: R, promptSlots: P } = shape;
    const initial = tf.tidy(() => ({ ...tensorsOf(folded), ...emptyCache(config, shape) }));
    this.#graph = new CompiledGraph(initial);
    tf.dispose(initial);
    this.#prefill = this.#graph.define(
      'prefill',
      { ids: int32(P), rows: int32(PREFILL_ROWS) },
      (inputs, variables) => ({
        outputs: {},
        updates: prefill(inputs, variables, config, shape),
      }),
    );
    const perRow = { prefilled: int32(R, 1), drawn: int32(R, 1), inverseTemperatures: float32(R, 1) };
    const specs: Record<string, TensorSpec> = { ids: int32(R), uniforms: float32(R, CHUNK_STEPS), ...perRow };
    if (shape.nucleus) specs['topP'] = float32(R, 1);
    this.#decode = this.#graph.define('decode', specs, (inputs, variables) => {
      const { ids, logprobs, caches } = decodeSteps(inputs as unknown as StepInputs, variables, config, shape);
      return { outputs: { ids, logprobs }, updates: caches };
    });
  }

  /** Nodes in the graph: what building it costs. */
  get numNodes(): number {
    return this.#graph.numNodes;
  }

  /**
   * Fills the prompt slots of up to PREFILL_ROWS rows.
   * @param promptIds the prompt without its last token; at most `promptSlots` ids @param rows at least one
   */
  prefill(promptIds: Int32Array, rows: readonly number[]): void {
    tf.tidy(() => {
      const ids = new Int32Array(this.shape.promptSlots);
      ids.set(promptIds);
      // Writing a row twice with the same values does no harm.
      const filled = Int32Array.from({ length: PREFILL_ROWS }, (_, i) => rows[i] ?? rows[0]!);
      this.#prefill({ ids: tf.tensor1d(ids, 'int32'), rows: tf.tensor1d(filled, 'int32') });
    });
  }

  /** CHUNK_STEPS steps of every row. @returns both [R, CHUNK_STEPS], row after row */
  decode(feeds: DecodeFeeds): { ids: Int32Array; logprobs: Float32Array } {
    const { rows: R, nucleus } = this.shape;
    const outputs = tf.tidy(() => {
      const column = (values: Int32Array | Float32Array): Tensor =>
        tf.tensor2d(values, [R, 1], values instanceof Int32Array ? 'int32' : 'float32');
      return this.#decode({
        ids: tf.tensor1d(feeds.ids, 'int32'),
        prefilled: column(feeds.prefilled),
        drawn: column(feeds.drawn),
        uniforms: tf.tensor2d(feeds.uniforms, [R, CHUNK_STEPS]),
        inverseTemperatures: column(feeds.inverseTemperatures),
        ...(nucleus ? { topP: column(feeds.topP) } : {}),
      });
    });
    const ids = outputs.ids.dataSync<'int32'>();
    const logprobs = outputs.logprobs.dataSync<'float32'>();
    tf.dispose(outputs);
    return { ids, logprobs };
  }

  /** Replaces the weights; caches keep what older weights wrote, so no sample may be under way. */
  assignWeights(folded: NamedArrays): void {
    tf.tidy(() => this.#graph.assign(tensorsOf(folded)));
  }

  /** Frees session, weights and caches. */
  dispose(): void {
    this.#graph.dispose();
  }
}

function tensorsOf(arrays: NamedArrays): Record<string, Tensor> {
  return Object.fromEntries(
    [...arrays].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape], 'float32')]),
  );
}
