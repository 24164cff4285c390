import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOLDEN_MODELS, goldenModel } from '../testing/golden.ts';
import '../testing/matchers.ts';
import { drawAll, groupOf, samplesByName } from '../testing/samples.ts';
import type { SampleGroup } from './sample-group.ts';
import { Sampler } from './sampler.ts';

describe.each(GOLDEN_MODELS)('%s with products in bfloat16', (name) => {
  const { config, weights } = goldenModel(name);
  let half: Sampler;
  let full: Sampler;
  beforeAll(() => {
    const options = { config, weights, rows: 16, memoryBytes: 2 ** 30 };
    half = Sampler.create({ ...options, products: 'bfloat16' });
    full = Sampler.create(options);
  });
  afterAll(() => {
    half.dispose();
    full.dispose();
  });

  const groups: SampleGroup[] = [
    groupOf({ groupId: 'a', count: 5, maxNewTokens: 24 }),
    groupOf({ groupId: 'b', count: 3, promptIds: new Int32Array(30).fill(9), maxNewTokens: 30 }),
  ];

  test('draws a text that is the same alone and in company', async () => {
    const together = samplesByName(await drawAll(half, groups));
    for (const group of groups) {
      const alone = samplesByName(await drawAll(half, [{ ...group, samples: group.samples.slice(-1) }]));
      for (const [key, sample] of alone) expect(sample).toEqual(together.get(key));
    }
  });

  test('gives probabilities that are close to those of float32, and not the same', async () => {
    const samples = await drawAll(half, groups);
    const sequences = samples.map(({ groupId, tokenIds }) => {
      const { promptIds } = groups.find((group) => group.groupId === groupId)!;
      return { promptIds, ids: Int32Array.of(...promptIds, ...tokenIds) };
    });
    const [inHalf, inFull] = [half, full].map((sampler) => sampler.scoreTokens(sequences.map(({ ids }) => ids)));
    const drawn = samples.flatMap(({ logprobs }) => logprobs);
    const tail = (scores: readonly Float32Array[]): number[] =>
      scores.flatMap((row, i) => [...row.subarray(sequences[i]!.promptIds.length - 1)]);
    expect(drawn).toEqualNumbers(tail(inFull!), { rtol: 0.05, atol: 0.1 });
    expect(tail(inHalf!)).toEqualNumbers(tail(inFull!), { rtol: 0.05, atol: 0.1 });
    expect(drawn).not.toEqualNumbers(tail(inFull!), { rtol: 1e-5 });
  });
});
