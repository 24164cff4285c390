import type { DecodeFeeds, DecodeGraph } from './decode-graph.ts';
import { GREEDY } from './draw-tokens.ts';
import type { SampleRow } from './sample-row.ts';
import { Tiles } from './tiles.ts';
import { uniform } from './uniform.ts';

/** The rows of one decoding graph: samples enter and leave between chunks. */
export class DecodeBatch {
  readonly graph: DecodeGraph;
  readonly #rows: (SampleRow | undefined)[];
  readonly #tiles: Tiles;
  /** Rows whose caches hold something that is not a number: they are not used again. */
  readonly #poisoned = new Set<number>();
  #numAdmitted = 0;

  constructor(graph: DecodeGraph) {
    this.graph = graph;
    graph.clear();
    this.#rows = Array.from({ length: graph.shape.rows }, () => undefined);
    this.#tiles = new Tiles(graph.shape.tiles);
  }

  /** Samples that have ever been let in. */
  get numAdmitted(): number {
    return this.#numAdmitted;
  }

  /** Whether no row has a sample. */
  get idle(): boolean {
    return this.#rows.every((sample) => sample === undefined);
  }

  /**
   * Puts samples of one group into free rows, in order, as far as rows and tiles go. Pauses after a prompt, and in one that
   * takes long, and takes none if their call wants them no more by then.
   * @returns how many it took
   */
  *admit(samples: readonly SampleRow[]): Generator<undefined, number> {
    const free = [...this.#rows.keys()].filter((row) => this.#rows[row] === undefined && !this.#poisoned.has(row));
    if (free.length === 0 || samples.length === 0) return 0;
    const { group, call } = samples[0]!;
    const { count, fill, source } = this.#tiles.take(group, free.slice(0, samples.length));
    if (fill.length > 0) {
      const filling =
        source === undefined
          ? this.graph.prefill(group.promptIds.subarray(0, -1), fill)
          : this.graph.copyTile(source, fill);
      for (let done = false; !done;) {
        done = filling.next().done === true;
        if (done && source !== undefined) break;
        yield;
        // Only a prompt that nobody else has: the group's other rows need their tiles.
        if (source !== undefined || !call.settled) continue;
        this.#tiles.forget(group);
        return 0;
      }
    }
    for (let i = 0; i < count; i++) this.#rows[free[i]!] = samples[i];
    this.#numAdmitted += count;
    return count;
  }

  /** Frees the rows of calls that want no more. */
  dropSettled(): void {
    for (const [row, sample] of this.#rows.entries()) if (sample?.call.settled === true) this.#free(row);
  }

  /**
   * Draws some tokens per row and hands over the samples that end. A sample's error is its caller's only. Pauses while a
   * token takes long, and draws none if no call wants one by then.
   */
  *step(): Generator<undefined, void> {
    const { chunkSteps } = this.graph.shape;
    const decoding = this.graph.decode(this.#feeds());
    let turn = decoding.next();
    for (; turn.done !== true; turn = decoding.next()) {
      yield;
      if (this.#rows.some((sample) => sample?.call.settled === false)) continue;
      this.graph.leaveStep();
      return this.dropSettled();
    }
    const { ids, logprobs } = turn.value;
    for (const [row, sample] of this.#rows.entries()) {
      const start = row * chunkSteps;
      const rowLogprobs = logprobs.subarray(start, start + chunkSteps);
      if (!rowLogprobs.every(Number.isFinite)) this.#poison(row);
      if (sample === undefined || sample.call.settled) continue;
      try {
        const finished = sample.accept(ids.subarray(start, start + chunkSteps), rowLogprobs);
        if (finished === undefined) continue;
        this.#free(row);
        sample.call.deliver(finished);
      } catch (error) {
        sample.call.fail(error);
      }
    }
    this.dropSettled();
  }

  #free(row: number): void {
    this.#tiles.leave(this.#rows[row]!.group, row);
    this.#rows[row] = undefined;
  }

  #poison(row: number): void {
    this.#poisoned.add(row);
    this.graph.poison();
  }

  #feeds(): DecodeFeeds {
    const R = this.#rows.length;
    const { chunkSteps } = this.graph.shape;
    const feeds = {
      ids: new Int32Array(R),
      prefilled: new Int32Array(R),
      drawn: new Int32Array(R),
      uniforms: new Float32Array(R * chunkSteps),
      inverseTemperatures: new Float32Array(R).fill(1),
      topP: new Float32Array(R).fill(1),
      topK: new Int32Array(R).fill(1),
      seats: this.#tiles.seats(R),
    };
    for (const [row, sample] of this.#rows.entries()) {
      if (sample === undefined) continue;
      const { group, request, drawn, lastId } = sample;
      feeds.ids[row] = lastId;
      feeds.prefilled[row] = group.promptIds.length - 1;
      feeds.drawn[row] = drawn;
      feeds.topP[row] = group.topP;
      feeds.topK[row] = group.topK || 2 ** 31 - 1; // 0 is all
      if (group.temperature === 0) {
        feeds.inverseTemperatures[row] = GREEDY; // and uniform 0
        continue;
      }
      feeds.inverseTemperatures[row] = Math.min(1 / group.temperature, GREEDY);
      for (let step = 0; step < chunkSteps; step++) {
        feeds.uniforms[row * chunkSteps + step] = uniform(request.seed, drawn + step);
      }
    }
    return feeds;
  }
}
