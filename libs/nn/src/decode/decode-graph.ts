import { CompiledGraph } from '../compile/compiled-graph.ts';
import { float32, int32, type ProductPrecision, type TensorSpec } from '../compile/dtype.ts';
import type { GraphFunction } from '../compile/stateful-graph.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor } from '../tf.ts';
import { emptyCache, slotBlocks } from './cache.ts';
import type { FoldedTensors } from './decode-block.ts';
import { layerRuns, TILE_ROWS, type DecodeShape } from './decode-shape.ts';
import { decodeSteps, type StepInputs } from './decode-steps.ts';
import { copyTile, prefill } from './prefill.ts';

/** How many tiles one call fills. */
const TILES_PER_CALL = 16;

/** Plain arrays for `DecodeGraph.decode`, one number per row; see `StepInputs` for what they mean. */
export interface DecodeFeeds {
  readonly ids: Int32Array;
  readonly prefilled: Int32Array;
  readonly drawn: Int32Array;
  /** [R, chunkSteps], row after row */
  readonly uniforms: Float32Array;
  readonly inverseTemperatures: Float32Array;
  /** Read for a shape that cuts. */
  readonly topP: Float32Array;
  /** Read for a shape that cuts; at least 1. */
  readonly topK: Int32Array;
  /** Where each row sits: tile · TILE_ROWS + seat, no two rows alike; −1 for rows without a sample. */
  readonly seats: Int32Array;
}

/**
 * The decoding functions of one shape as a TensorFlow session that holds caches. What takes long is a generator that
 * pauses between calls of some tenths of a second: whoever runs it may do other work there, and may leave it unfinished.
 */
export class DecodeGraph {
  readonly shape: DecodeShape;
  readonly #config: ModelConfig;
  readonly #graph: CompiledGraph<string>;
  /** By run of blocks. */
  readonly #prefill: readonly GraphFunction<'ids' | 'tiles', never>[];
  readonly #copyTile: GraphFunction<'source' | 'tiles', never>;
  /** By the number of visible blocks of slots, less one, and the run of blocks of the model. */
  readonly #decode: readonly (readonly GraphFunction<string, 'ids' | 'logprobs'>[])[];
  #poisoned = false;

  /**
   * @param weights what `foldedTensors` gave; borrowed, and on a CPU shared
   * @param products what products with weights are computed in; attention to the caches is always in float32
   */
  constructor(config: ModelConfig, weights: FoldedTensors, shape: DecodeShape, products: ProductPrecision = 'float32') {
    this.shape = shape;
    this.#config = config;
    const { rows: R, tiles: T, promptSlots: P, chunkSteps } = shape;
    const { numKeyValueHeads: K, numLayers, embedDim: D } = config;
    const runs = layerRuns(numLayers, shape.layersPerCall);
    const promptRuns = layerRuns(numLayers, shape.promptLayersPerCall);
    const state: Record<string, Tensor> = tf.tidy(() => ({
      ...emptyCache(config, shape),
      ...(runs.length > 1 && { stream: tf.fill([R, D], 0) }),
      ...(promptRuns.length > 1 && { promptStream: tf.fill([P, D], 0) }),
    }));
    this.#graph = new CompiledGraph({ ...weights, ...state }, { weights: Object.keys(weights), products });
    tf.dispose(state);
    try {
      const tiles = int32(Math.min(T, TILES_PER_CALL));
      this.#prefill = promptRuns.map((run) =>
        this.#graph.define(`prefill from ${run.first}`, { ids: int32(P), tiles }, (inputs, variables) => ({
          outputs: {},
          updates: prefill(inputs, variables, config, shape, run),
        })),
      );
      this.#copyTile = this.#graph.define('copy tile', { source: int32(1), tiles }, (inputs, variables) => ({
        outputs: {},
        updates: copyTile(inputs, variables, config, shape),
      }));
      const specs: Record<string, TensorSpec> = {
        ids: int32(R),
        prefilled: int32(R, 1),
        drawn: int32(R, 1),
        uniforms: float32(R, chunkSteps),
        inverseTemperatures: float32(R, 1),
        rowOfSeat: int32(T * K * TILE_ROWS),
        seatOfRow: int32(R * K),
        ...(shape.cut ? { topP: float32(R, 1), topK: int32(R, 1) } : {}),
      };
      this.#decode = slotBlocks(shape.newSlots).map((_, i) =>
        runs.map((run) =>
          this.#graph.define(`decode ${i + 1} from ${run.first}`, specs, (inputs, variables) => {
            const { drawn, updates } = decodeSteps(
              inputs as unknown as StepInputs,
              variables,
              config,
              shape,
              i + 1,
              run,
            );
            return { outputs: drawn ?? ({} as NonNullable<typeof drawn>), updates };
          }),
        ),
      );
    } catch (error) {
      this.#graph.dispose();
      throw error;
    }
  }

  /**
   * Runs a prompt and fills tiles with it. Left unfinished, it leaves the tiles with nothing of use.
   * @param promptIds the prompt without its last token; at most `promptSlots` ids @param tiles at least one
   */
  *prefill(promptIds: Int32Array, tiles: readonly number[]): Generator<undefined, void> {
    const [first, ...rest] = this.#calls(tiles);
    const ids = new Int32Array(this.shape.promptSlots);
    ids.set(promptIds);
    for (const [i, run] of this.#prefill.entries()) {
      if (i > 0) yield;
      tf.tidy(() => run({ ids: tf.tensor1d(ids, 'int32'), tiles: tf.tensor1d(first!, 'int32') }));
    }
    if (rest.length === 0) return;
    yield;
    yield* this.copyTile(tiles[0]!, tiles.slice(TILES_PER_CALL));
  }

  /** Fills tiles with what another holds. @param tiles at least one */
  *copyTile(source: number, tiles: readonly number[]): Generator<undefined, void> {
    for (const [i, some] of this.#calls(tiles).entries()) {
      if (i > 0) yield;
      tf.tidy(() => this.#copyTile({ source: tf.tensor1d([source], 'int32'), tiles: tf.tensor1d(some, 'int32') }));
    }
  }

  /** `chunkSteps` steps of every row. @returns both [R, chunkSteps], row after row. To leave it unfinished, see `leaveStep` */
  *decode(feeds: DecodeFeeds): Generator<undefined, { ids: Int32Array; logprobs: Float32Array }> {
    const runs = this.#decode[this.#lastVisibleBlock(feeds)]!;
    for (const run of runs.slice(0, -1)) {
      tf.tidy(() => run(this.#inputs(feeds)));
      yield;
    }
    const outputs = tf.tidy(() => runs.at(-1)!(this.#inputs(feeds)));
    const ids = outputs.ids.dataSync<'int32'>();
    const logprobs = outputs.logprobs.dataSync<'float32'>();
    tf.dispose(outputs);
    return { ids, logprobs };
  }

  /**
   * After a `decode` that paused and will not go on. The slots that it wrote are looked at by nobody before they are
   * written again; but if that was no number, it is poison, and the stream, which comes of it, is none by now.
   */
  leaveStep(): void {
    const stream = this.#graph.read('stream');
    if (!stream.dataSync<'float32'>().every(Number.isFinite)) this.poison();
    stream.dispose();
  }

  #lastVisibleBlock({ drawn }: DecodeFeeds): number {
    const { newSlots, chunkSteps } = this.shape;
    const lastSlot = drawn.reduce((most, count) => Math.max(most, count), 0) + chunkSteps - 1;
    return slotBlocks(newSlots).findIndex(({ start, size }) => lastSlot < start + size);
  }

  /** New tensors. */
  #inputs(feeds: DecodeFeeds): Record<string, Tensor> {
    const { rows: R, chunkSteps, cut } = this.shape;
    const column = (values: Int32Array | Float32Array): Tensor =>
      tf.tensor2d(values, [R, 1], values instanceof Int32Array ? 'int32' : 'float32');
    return {
      ids: tf.tensor1d(feeds.ids, 'int32'),
      prefilled: column(feeds.prefilled),
      drawn: column(feeds.drawn),
      uniforms: tf.tensor2d(feeds.uniforms, [R, chunkSteps]),
      inverseTemperatures: column(feeds.inverseTemperatures),
      ...this.#seating(feeds.seats),
      ...(cut ? { topP: column(feeds.topP), topK: column(feeds.topK) } : {}),
    };
  }

  /** Replaces the weights; caches keep what older weights wrote, so no sample may be under way. */
  assignWeights(weights: FoldedTensors): void {
    this.#graph.assign(weights);
  }

  /**
   * Says that some number in the caches is NaN or infinite. A masked slot counts 0 times, but 0 · NaN is NaN: what is
   * there must go before the row is used again.
   */
  poison(): void {
    this.#poisoned = true;
  }

  /** Makes the caches fit for new samples, when none is under way. */
  clear(): void {
    if (!this.#poisoned) return;
    const caches = emptyCache(this.#config, this.shape);
    this.#graph.assign(caches);
    tf.dispose(caches);
    this.#poisoned = false;
  }

  /** Frees session and caches. */
  dispose(): void {
    this.#graph.dispose();
  }

  /** Tile numbers in lists of one call's length. Writing a tile twice with the same values does no harm. */
  #calls(tiles: readonly number[]): Int32Array[] {
    const size = Math.min(this.shape.tiles, TILES_PER_CALL);
    return Array.from({ length: Math.ceil(tiles.length / size) }, (_, call) =>
      Int32Array.from({ length: size }, (_value, i) => tiles[call * size + i] ?? tiles[call * size]!),
    );
  }

  #seating(seats: Int32Array): Record<'rowOfSeat' | 'seatOfRow', Tensor> {
    const { rows: R, tiles: T } = this.shape;
    const K = this.#config.numKeyValueHeads;
    const rowOfSeat = new Int32Array(T * K * TILE_ROWS);
    const seatOfRow = new Int32Array(R * K);
    for (let row = 0; row < R; row++) {
      if (seats[row]! < 0) continue;
      const tile = Math.floor(seats[row]! / TILE_ROWS);
      for (let head = 0; head < K; head++) {
        const place = (tile * K + head) * TILE_ROWS + (seats[row]! % TILE_ROWS);
        rowOfSeat[place] = row * K + head;
        seatOfRow[row * K + head] = place;
      }
    }
    return { rowOfSeat: tf.tensor1d(rowOfSeat, 'int32'), seatOfRow: tf.tensor1d(seatOfRow, 'int32') };
  }
}
