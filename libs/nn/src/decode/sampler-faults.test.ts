import { afterEach, describe, expect, test } from 'vitest';
import type { NamedArrays } from '../named-array.ts';
import { goldenModel } from '../testing/golden.ts';
import { drawAll, groupOf, lively } from '../testing/samples.ts';
import { tf } from '../tf.ts';
import { DecodeGraph } from './decode-graph.ts';
import type { SampleGroup } from './sample-group.ts';
import { Sampler, type SamplerOptions } from './sampler.ts';

const { config, weights } = goldenModel();

/** Weights of which each array can be read so many times. */
function readable(arrays: NamedArrays, times: number): NamedArrays {
  return new Map(
    [...arrays].map(([name, { shape, data }]) => {
      let reads = 0;
      return [
        name,
        {
          shape,
          get data(): Float32Array {
            if (++reads > times) throw new Error(`${name} cannot be read`);
            return data;
          },
        },
      ];
    }),
  );
}

describe('a Sampler', () => {
  let sampler: Sampler;
  const create = (options: Partial<SamplerOptions> = {}): Sampler =>
    (sampler = Sampler.create({ config, weights, rows: 4, memoryBytes: 2 ** 30, ...options }));
  afterEach(() => sampler.dispose());

  test('fails only the call for whose group no graph can be made', async () => {
    // More slots than a dimension may have: planned with room, refused by TensorFlow.
    create({ config: { ...config, maxPositions: 2 ** 45 }, memoryBytes: 2 ** 60 });
    const good = drawAll(sampler, [groupOf({ count: 9 })]);
    const impossible = drawAll(sampler, [groupOf({ maxNewTokens: 2 ** 44 })]);
    const late = drawAll(sampler, [groupOf({ count: 3 })]);
    await expect(impossible).rejects.toThrow(/./);
    expect((await good).length).toBe(9);
    expect((await late).length).toBe(3);
  });

  test('ends every call when it is disposed, though the groups of one cannot be ended', async () => {
    create();
    const groups: Iterable<SampleGroup> = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: groupOf() }),
        return: () => {
          throw new Error('no end');
        },
      }),
    };
    const calls = [drawAll(sampler, groups), drawAll(sampler, [groupOf({ count: 20 })])];
    sampler.dispose();
    for (const call of calls) await expect(call).rejects.toThrow('the sampler has been disposed');
  });

  test('draws and scores on with its weights, and holds no more, when a read of new ones fails half-way', async () => {
    create();
    const groups = [groupOf({ count: 2 })];
    const sequences = [Int32Array.of(1, 2, 3)];
    const before = { samples: await drawAll(sampler, groups), scores: sampler.scoreTokens(sequences) };
    const { numTensors } = tf.memory();
    const broken = new Map([...lively(config, 9)].slice(0, -1)).set('lm_head.bias', {
      shape: [config.vocabSize],
      get data(): Float32Array {
        throw new Error('the file is gone');
      },
    });
    expect(() => sampler.setWeights(broken)).toThrow('the file is gone');
    expect(tf.memory().numTensors).toBe(numTensors);
    expect({ samples: await drawAll(sampler, groups), scores: sampler.scoreTokens(sequences) }).toEqual(before);
  });

  test('scores with the weights that it draws from, or not at all', async () => {
    create();
    const groups = [groupOf({ count: 2 })];
    const sequences = [Int32Array.of(1, 2, 3)];
    await drawAll(sampler, groups);
    sampler.scoreTokens(sequences);
    sampler.setWeights(readable(lively(config, 9), 1));
    const { numTensors } = tf.memory();
    expect(() => sampler.scoreTokens(sequences)).toThrow('cannot be read');
    expect(tf.memory().numTensors).toBe(numTensors);
    expect((await drawAll(sampler, groups)).length).toBe(2);
  });
});

test('a DecodeGraph that cannot be made leaves nothing in memory', () => {
  const shape = { rows: 2, tiles: 1, promptSlots: 32, newSlots: 32, chunkSteps: 1, layersPerCall: 1, promptLayersPerCall: 2, cut: false }; // prettier-ignore
  const { numTensors, numBytes } = tf.memory();
  expect(() => new DecodeGraph(config, {}, shape)).toThrow(/./);
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
});
