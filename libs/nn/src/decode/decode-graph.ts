import { CompiledGraph } from '../compile/compiled-graph.ts';
import { float32, int32, type TensorSpec } from '../compile/dtype.ts';
import type { GraphFunction } from '../compile/stateful-graph.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor } from '../tf.ts';
import { emptyCache, slotBlocks } from './cache.ts';
import type { FoldedTensors } from './decode-block.ts';
import { TILE_ROWS, type DecodeShape } from './decode-shape.ts';
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

/** The decoding functions of one shape as a TensorFlow session that holds caches. */
export class DecodeGraph {
  readonly shape: DecodeShape;
  readonly #config: ModelConfig;
  readonly #graph: CompiledGraph<string>;
  readonly #prefill: GraphFunction<'ids' | 'tiles', never>;
  readonly #copyTile: GraphFunction<'source' | 'tiles', never>;
  /** By the number of visible blocks, less one. */
  readonly #decode: readonly GraphFunction<string, 'ids' | 'logprobs'>[];
  #poisoned = false;

  /** @param weights what `foldedTensors` gave; borrowed, and on a CPU shared */
  constructor(config: ModelConfig, weights: FoldedTensors, shape: DecodeShape) {
    this.shape = shape;
    this.#config = config;
    const { rows: R, tiles: T, promptSlots: P, chunkSteps } = shape;
    const K = config.numKeyValueHeads;
    const caches = emptyCache(config, shape);
    this.#graph = new CompiledGraph({ ...weights, ...caches }, { weights: Object.keys(weights) });
    tf.dispose(caches);
    const tiles = int32(Math.min(T, TILES_PER_CALL));
    this.#prefill = this.#graph.define('prefill', { ids: int32(P), tiles }, (inputs, variables) => ({
      outputs: {},
      updates: prefill(inputs, variables, config, shape),
    }));
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
      this.#graph.define(`decode ${i + 1}`, specs, (inputs, variables) => {
        const { ids, logprobs, caches: updates } = decodeSteps(inputs as unknown as StepInputs, variables, config, shape, i + 1); // prettier-ignore
        return { outputs: { ids, logprobs }, updates };
      }),
    );
  }

  /** Nodes in the graph: what building it costs. */
  get numNodes(): number {
    return this.#graph.numNodes;
  }

  /**
   * Runs a prompt and fills tiles with it.
   * @param promptIds the prompt without its last token; at most `promptSlots` ids @param tiles at least one
   */
  prefill(promptIds: Int32Array, tiles: readonly number[]): void {
    const [first, ...rest] = this.#calls(tiles);
    tf.tidy(() => {
      const ids = new Int32Array(this.shape.promptSlots);
      ids.set(promptIds);
      this.#prefill({ ids: tf.tensor1d(ids, 'int32'), tiles: tf.tensor1d(first!, 'int32') });
    });
    if (rest.length > 0) this.copyTile(tiles[0]!, tiles.slice(TILES_PER_CALL));
  }

  /** Fills tiles with what another holds. @param tiles at least one */
  copyTile(source: number, tiles: readonly number[]): void {
    for (const some of this.#calls(tiles)) {
      tf.tidy(() => this.#copyTile({ source: tf.tensor1d([source], 'int32'), tiles: tf.tensor1d(some, 'int32') }));
    }
  }

  /** `chunkSteps` steps of every row. @returns both [R, chunkSteps], row after row */
  decode(feeds: DecodeFeeds): { ids: Int32Array; logprobs: Float32Array } {
    const { rows: R, newSlots, chunkSteps, cut } = this.shape;
    const lastSlot = feeds.drawn.reduce((most, drawn) => Math.max(most, drawn), 0) + chunkSteps - 1;
    const block = slotBlocks(newSlots).findIndex(({ start, size }) => lastSlot < start + size);
    const outputs = tf.tidy(() => {
      const column = (values: Int32Array | Float32Array): Tensor =>
        tf.tensor2d(values, [R, 1], values instanceof Int32Array ? 'int32' : 'float32');
      return this.#decode[block]!({
        ids: tf.tensor1d(feeds.ids, 'int32'),
        prefilled: column(feeds.prefilled),
        drawn: column(feeds.drawn),
        uniforms: tf.tensor2d(feeds.uniforms, [R, chunkSteps]),
        inverseTemperatures: column(feeds.inverseTemperatures),
        ...this.#seating(feeds.seats),
        ...(cut ? { topP: column(feeds.topP), topK: column(feeds.topK) } : {}),
      });
    });
    const ids = outputs.ids.dataSync<'int32'>();
    const logprobs = outputs.logprobs.dataSync<'float32'>();
    tf.dispose(outputs);
    return { ids, logprobs };
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
