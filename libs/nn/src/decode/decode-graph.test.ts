import { afterEach, describe, expect, test } from 'vitest';
import { forward } from '../families/forward.ts';
import { modelTensors } from '../families/model-tensors.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { GOLDEN_MODELS, goldenModel } from '../testing/golden.ts';
import { tf } from '../tf.ts';
import { DecodeGraph, type DecodeFeeds } from './decode-graph.ts';
import { TILE_ROWS, type DecodeShape } from './decode-shape.ts';
import { GREEDY } from './draw-tokens.ts';
import { foldedTensors } from './folded-tensors.ts';

/** Natural-log probabilities of the next token after `ids`, from the whole sequence at once. */
function uncachedLogprobs(config: ModelConfig, weights: NamedArrays, ids: readonly number[]): Float32Array {
  return tf.tidy(() => {
    const logits = forward(config, modelTensors(config, weights), tf.tensor1d([...ids], 'int32'), 1);
    return tf.logSoftmax(tf.slice(logits, [ids.length - 1, 0], [1, -1])).dataSync<'float32'>();
  });
}

const shape: DecodeShape = { rows: 5, tiles: 3, promptSlots: 32, newSlots: 64, chunkSteps: 4, layersPerCall: 2, promptLayersPerCall: 2, cut: false }; // prettier-ignore

/** Runs to the end what pauses. @returns what it gives */
function finish<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

function greedyFeeds(ids: number[], prefilled: number[], drawn: number[], seats: number[]): DecodeFeeds {
  return {
    ids: Int32Array.from(ids),
    prefilled: Int32Array.from(prefilled),
    drawn: Int32Array.from(drawn),
    uniforms: new Float32Array(shape.rows * shape.chunkSteps),
    inverseTemperatures: new Float32Array(shape.rows).fill(GREEDY),
    topP: new Float32Array(shape.rows).fill(1),
    topK: new Int32Array(shape.rows).fill(1),
    seats: Int32Array.from(seats),
  };
}

describe('DecodeGraph', () => {
  let graph: DecodeGraph | undefined;
  afterEach(() => graph?.dispose());

  test.each(GOLDEN_MODELS)(
    'of %s decodes greedily, with the log-probabilities of the uncached model, rows that share a prompt and others',
    (name) => {
      const { config, weights } = goldenModel(name);
      const folded = foldedTensors(config, weights);
      graph = new DecodeGraph(config, folded, shape);
      tf.dispose(folded);
      const long = Array.from({ length: 17 }, (_, i) => (i * 11) % 60);
      // Two rows of one prompt, in the order against their seats; one row of a prompt that is one token; a copied tile.
      const prompts = [long, [7], long, [3, 1, 4, 1, 5, 9, 2, 6], long];
      const seats = [3, TILE_ROWS + 5, 0, 2 * TILE_ROWS + 1, 2];
      const texts = prompts.map((prompt) => [...prompt]);
      finish(graph.prefill(Int32Array.from(prompts[3]!.slice(0, -1)), [0]));
      finish(graph.copyTile(0, [1, 2]));
      finish(graph.prefill(Int32Array.from(long.slice(0, -1)), [0]));
      const drawn = [0, 0, 0, 0, 0];
      const delays = [0, 3, 1, 0, 2]; // rows that begin later are further back
      for (let chunk = 0; chunk < 11; chunk++) {
        const prefilled = prompts.map((prompt) => prompt.length - 1);
        const feeds = greedyFeeds(prompts.map((prompt, row) => texts[row]![prompt.length - 1 + drawn[row]!]!), prefilled, drawn, seats); // prettier-ignore
        const { ids, logprobs } = finish(graph.decode(feeds));
        for (const [row, text] of texts.entries()) {
          if (chunk < delays[row]!) continue;
          for (let step = 0; step < shape.chunkSteps; step++) {
            const at = prompts[row]!.length + drawn[row]! + step;
            const expected = uncachedLogprobs(config, weights, text.slice(0, at));
            const id = ids[row * shape.chunkSteps + step]!;
            expect(expected[id]).toBeCloseTo(Math.max(...expected), 4);
            expect(logprobs[row * shape.chunkSteps + step]).toBeCloseTo(expected[id]!, 4);
            text[at] = id;
          }
          drawn[row]! += shape.chunkSteps;
        }
      }
    },
  );
});
