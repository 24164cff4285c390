import { afterEach, describe, expect, test } from 'vitest';
import { forward } from '../families/forward.ts';
import { parametersOf } from '../families/index.ts';
import { fromFile } from '../families/parameter.ts';
import { initialWeights } from '../initial-weights.ts';
import type { NamedArrays } from '../named-array.ts';
import { smallCodegen } from '../testing/small-config.ts';
import { tf, type Tensor } from '../tf.ts';
import { DecodeGraph, type DecodeFeeds } from './decode-graph.ts';
import { CHUNK_STEPS, type DecodeShape } from './decode-shape.ts';
import { GREEDY } from './draw-tokens.ts';
import { foldWeights } from './fold-weights.ts';

const config = smallCodegen({
  numLayers: 3, embedDim: 48, numHeads: 4, rotaryDims: 8, innerDim: 80, vocabSize: 70, maxPositions: 128,
}); // prettier-ignore

/** Weights in which every array matters: none is zero or one throughout. */
function lively(seed: number): NamedArrays {
  return new Map(
    [...initialWeights(config, seed)].map(([name, { shape, data }], i) => [
      name,
      { shape, data: data.map((value, j) => 5 * value + 0.2 * Math.sin(i + 3 * j)) },
    ]),
  );
}

/** Natural-log probabilities of the next token after `ids`, from the whole sequence at once. */
function uncachedLogprobs(weights: NamedArrays, ids: readonly number[]): Float32Array {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      parametersOf(config).map((p): [string, Tensor] => [p.name, tf.tensor(fromFile(p, weights), [...p.shape])]),
    );
    const logits = forward(config, tensors, tf.tensor1d([...ids], 'int32'), 1);
    return tf.logSoftmax(tf.slice(logits, [ids.length - 1, 0], [1, -1])).dataSync<'float32'>();
  });
}

const shape: DecodeShape = { rows: 4, promptSlots: 32, newSlots: 32, nucleus: false };

function greedyFeeds(ids: number[], prefilled: number[], drawn: number[]): DecodeFeeds {
  return {
    ids: Int32Array.from(ids),
    prefilled: Int32Array.from(prefilled),
    drawn: Int32Array.from(drawn),
    uniforms: new Float32Array(shape.rows * CHUNK_STEPS),
    inverseTemperatures: new Float32Array(shape.rows).fill(GREEDY),
    topP: new Float32Array(shape.rows).fill(1),
  };
}

describe('DecodeGraph', () => {
  let graph: DecodeGraph | undefined;
  afterEach(() => graph?.dispose());

  test('decodes greedily, with the log-probabilities of the uncached model, rows of different lengths', () => {
    const weights = lively(1);
    graph = new DecodeGraph(config, foldWeights(config, weights), shape);
    const prompts = [[3, 1, 4, 1, 5, 9, 2, 6], [7], Array.from({ length: 33 }, (_, i) => (i * 11) % 70), [8, 8]];
    const texts = prompts.map((prompt) => [...prompt]);
    for (const [row, prompt] of prompts.entries()) {
      if (prompt.length > 1) graph.prefill(Int32Array.from(prompt.slice(0, -1)), [row]);
    }
    for (let drawn = 0; drawn < shape.newSlots; drawn += CHUNK_STEPS) {
      const feeds = greedyFeeds(texts.map((text) => text.at(-1)!), prompts.map((p) => p.length - 1), [0, 0, 0, 0].fill(drawn)); // prettier-ignore
      const { ids, logprobs } = graph.decode(feeds);
      for (const [row, text] of texts.entries()) {
        for (let step = 0; step < CHUNK_STEPS; step++) {
          const expected = uncachedLogprobs(weights, text);
          const id = ids[row * CHUNK_STEPS + step]!;
          expect(expected[id]).toBeCloseTo(Math.max(...expected), 4);
          expect(logprobs[row * CHUNK_STEPS + step]).toBeCloseTo(expected[id]!, 4);
          text.push(id);
        }
      }
    }
  });
});
