import type { DecodeFeeds, DecodeGraph } from './decode-graph.ts';
import { CHUNK_STEPS } from './decode-shape.ts';
import { GREEDY } from './draw-tokens.ts';
import type { SampleRow } from './sample-row.ts';
import { uniform } from './uniform.ts';

/** The rows of one decoding graph: samples enter and leave between chunks. */
export class DecodeBatch {
  readonly graph: DecodeGraph;
  readonly #rows: (SampleRow | undefined)[];
  #numAdmitted = 0;

  constructor(graph: DecodeGraph) {
    this.graph = graph;
    this.#rows = Array.from({ length: graph.shape.rows }, () => undefined);
  }

  /** Samples that have ever been let in. */
  get numAdmitted(): number {
    return this.#numAdmitted;
  }

  /** Rows without a sample. */
  get numFree(): number {
    return this.#rows.reduce((count, row) => count + (row === undefined ? 1 : 0), 0);
  }

  /** Whether no row has a sample. */
  get idle(): boolean {
    return this.numFree === this.#rows.length;
  }

  /** Puts samples of one prompt into free rows; there must be enough. At most PREFILL_ROWS samples. */
  admit(samples: readonly SampleRow[]): void {
    const free = [...this.#rows.keys()].filter((row) => this.#rows[row] === undefined).slice(0, samples.length);
    for (const [i, row] of free.entries()) this.#rows[row] = samples[i];
    this.#numAdmitted += samples.length;
    this.graph.prefill(samples[0]!.group.promptIds.subarray(0, -1), free);
  }

  /** Frees the rows of calls that want no more. */
  dropSettled(): void {
    for (const [row, sample] of this.#rows.entries()) {
      if (sample?.call.settled === true) this.#rows[row] = undefined;
    }
  }

  /** Draws CHUNK_STEPS tokens per row and hands over the samples that end. A sample's error is its caller's only. */
  step(): void {
    const { ids, logprobs } = this.graph.decode(this.#feeds());
    for (const [row, sample] of this.#rows.entries()) {
      if (sample === undefined || sample.call.settled) continue;
      const start = row * CHUNK_STEPS;
      try {
        const finished = sample.accept(
          ids.subarray(start, start + CHUNK_STEPS),
          logprobs.subarray(start, start + CHUNK_STEPS),
        );
        if (finished === undefined) continue;
        this.#rows[row] = undefined;
        sample.call.deliver(finished);
      } catch (error) {
        sample.call.fail(error);
      }
    }
    this.dropSettled();
  }

  #feeds(): DecodeFeeds {
    const R = this.#rows.length;
    const feeds = {
      ids: new Int32Array(R),
      prefilled: new Int32Array(R),
      drawn: new Int32Array(R),
      uniforms: new Float32Array(R * CHUNK_STEPS),
      inverseTemperatures: new Float32Array(R).fill(1),
      topP: new Float32Array(R).fill(1),
    };
    for (const [row, sample] of this.#rows.entries()) {
      if (sample === undefined) continue;
      const { group, request, drawn } = sample;
      feeds.ids[row] = sample.lastId;
      feeds.prefilled[row] = group.promptIds.length - 1;
      feeds.drawn[row] = drawn;
      feeds.topP[row] = group.topP;
      if (group.temperature === 0) {
        feeds.inverseTemperatures[row] = GREEDY; // and uniform 0
        continue;
      }
      feeds.inverseTemperatures[row] = Math.min(1 / group.temperature, GREEDY);
      for (let step = 0; step < CHUNK_STEPS; step++) {
        feeds.uniforms[row * CHUNK_STEPS + step] = uniform(request.seed, drawn + step);
      }
    }
    return feeds;
  }
}
