import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidWeightsError } from '../named-array.ts';
import { GOLDEN_MODELS, goldenJson, goldenModel, type Golden } from '../testing/golden.ts';
import { drawAll, groupOf, lively, samplesByName } from '../testing/samples.ts';
import { smallCodegen } from '../testing/small-config.ts';
import '../testing/matchers.ts';
import { tf } from '../tf.ts';
import { NonFiniteLogitsError } from './non-finite-logits-error.ts';
import type { SampledTokens, SampleGroup } from './sample-group.ts';
import { DeviceMemoryError } from '../device-memory-error.ts';
import { Sampler } from './sampler.ts';

describe.each(GOLDEN_MODELS)('Sampler of %s', (name) => {
  const { config, weights } = goldenModel(name);
  const golden = goldenJson<Golden>(`${name}.json`);
  let sampler: Sampler;
  beforeAll(() => {
    sampler = Sampler.create({ config, weights, rows: 16 });
  });
  afterAll(() => sampler.dispose());

  test('continues greedily as transformers does', async () => {
    const groups = golden.greedy.map(({ prompt, continuation }, i) =>
      groupOf({
        groupId: String(i),
        promptIds: Int32Array.from(prompt),
        temperature: 0,
        maxNewTokens: continuation.length,
      }),
    );
    const samples = samplesByName(await drawAll(sampler, groups));
    for (const [i, { continuation }] of golden.greedy.entries()) {
      expect(samples.get(`${i}/0`)).toMatchObject({ tokenIds: continuation, finishReason: 'length' });
    }
  });

  test('reports the log-probabilities at temperature 1 that scoring gives, whatever the parameters', async () => {
    const promptIds = Int32Array.of(9, 8, 7, 6);
    const table = [[1, 1, 0], [0.5, 1, 0], [1.5, 0.8, 0], [1, 0.9, 5], [0, 1, 0]] as const; // prettier-ignore
    const groups = table.map(([temperature, topP, topK], i) =>
      groupOf({ groupId: String(i), promptIds, temperature, topP, topK, maxNewTokens: 20, count: 3 }),
    );
    const samples = await drawAll(sampler, groups);
    expect(samples.length).toBe(15);
    const scores = sampler.scoreTokens(samples.map(({ tokenIds }) => Int32Array.of(...promptIds, ...tokenIds)));
    for (const [i, { logprobs }] of samples.entries()) {
      expect(logprobs).toEqualNumbers(scores[i]!.subarray(promptIds.length - 1), { atol: 1e-4 });
    }
  });

  test('draws the same for samples that share a prompt as for each of them with a prompt of its own', async () => {
    const promptIds = Int32Array.of(3, 1, 4, 1, 5, 9, 2, 6);
    const shared = await drawAll(sampler, [groupOf({ promptIds, count: 13, maxNewTokens: 24 })]);
    const separate = await drawAll(
      sampler,
      Array.from({ length: 13 }, (_, i) =>
        groupOf({ promptIds, samples: [{ sampleIndex: i, seed: BigInt(i) }], maxNewTokens: 24 }),
      ),
    );
    expect(samplesByName(separate)).toEqual(samplesByName(shared));
  });
});

describe('Sampler on the golden model', () => {
  const { config, weights } = goldenModel();
  const golden = goldenJson<Golden>('codegen-tiny.json');
  let sampler: Sampler;
  beforeAll(() => {
    sampler = Sampler.create({ config, weights, rows: 64 });
  });
  afterAll(() => sampler.dispose());

  test('scores a text as transformers does', () => {
    const [logprobs] = sampler.scoreTokens([Int32Array.from(golden.scored.ids)]);
    expect(logprobs!).toEqualNumbers(golden.scored.logprobs, { atol: 1e-4 });
  });

  test.each([
    [1, 1, 0],
    [0.6, 1, 0],
    [1.7, 1, 0],
    [1, 0.7, 0],
    [1.7, 0.9, 0],
    [0.2, 0.95, 0],
    [1, 1, 1],
    [1, 1, 12],
    [2, 1, 40],
    [0.8, 0.9, 20],
    [1.5, 0.5, 30],
    [1, 0.95, 64],
  ] as const)(
    'draws each token as often as its probability says at temperature %d, top-p %d, top-k %d',
    async (temperature, topP, topK) => {
      const promptIds = Int32Array.of(30, 11, 12);
      const count = 2000;
      // Every continuation by one token, scored: the exact distribution.
      const all = Array.from({ length: config.vocabSize }, (_, id) => Int32Array.of(...promptIds, id));
      const logprobs = sampler.scoreTokens(all).map((row) => row.at(-1)!);
      const samples = await drawAll(sampler, [groupOf({ promptIds, temperature, topP, topK, maxNewTokens: 1, count })]);
      const counts = new Array<number>(config.vocabSize).fill(0);
      for (const { tokenIds } of samples) counts[tokenIds[0]!]!++;
      const expected = distribution(logprobs, { temperature, topP, topK });
      expect(counts.every((seen, id) => seen === 0 || expected[id]! > 0)).toBe(true);
      expect(chiSquareExcess(counts, expected.map((p) => p * count))).toBeLessThan(4); // prettier-ignore
    },
  );

  test('refuses a group that cannot be sampled, and only the call that brought it', async () => {
    const bad: [Partial<SampleGroup>, string][] = [
      [{ promptIds: new Int32Array() }, 'SampleGroup g: promptIds must be 1 to 52 ids, got 0 ids'],
      [{ promptIds: new Int32Array(60) }, 'SampleGroup g: promptIds must be 1 to 52 ids, got 60 ids'],
      [{ promptIds: Int32Array.of(1, 64) }, 'SampleGroup g: promptIds must be ids in [0, 64), got 64'],
      [{ temperature: -1 }, 'SampleGroup g: temperature must be finite and >= 0, got -1'],
      [{ temperature: NaN }, 'SampleGroup g: temperature must be finite and >= 0, got NaN'],
      [{ topP: 0 }, 'SampleGroup g: topP must be in (0, 1], got 0'],
      [{ topK: -1 }, 'SampleGroup g: topK must be an integer >= 0, got -1'],
      [{ topK: 2.5 }, 'SampleGroup g: topK must be an integer >= 0, got 2.5'],
      [{ maxNewTokens: 0 }, 'SampleGroup g: maxNewTokens must be an integer >= 1, got 0'],
    ];
    const good = drawAll(sampler, [groupOf({ count: 3 })]);
    for (const [partial, message] of bad) {
      await expect(drawAll(sampler, [groupOf({}), groupOf(partial)])).rejects.toThrow(new RangeError(message));
    }
    expect((await good).length).toBe(3);
    expect(() => sampler.scoreTokens([Int32Array.of(1)])).toThrow('sequences[0] must have 2 to 64 ids, got 1 ids');
    expect(() => sampler.scoreTokens([Int32Array.of(1, -1)])).toThrow('sequences[0] must have ids in [0, 64), got -1');
  });

  test('fills the model to its last position', async () => {
    const [sample] = await drawAll(sampler, [groupOf({ promptIds: new Int32Array(24).fill(9), maxNewTokens: 40 })]);
    expect(sample!.tokenIds.length).toBe(40);
    const [score] = sampler.scoreTokens([Int32Array.of(...new Int32Array(24).fill(9), ...sample!.tokenIds)]);
    expect(sample!.logprobs).toEqualNumbers(score!.subarray(23), { atol: 1e-4 });
  });
});

describe('a sample', () => {
  // The default shape of the project's own model: kernels may take other paths at other sizes.
  const config = smallCodegen({
    numLayers: 2, embedDim: 64, numHeads: 4, innerDim: 256, vocabSize: 512, maxPositions: 256,
  }); // prettier-ignore
  let sampler: Sampler;
  beforeAll(() => {
    sampler = Sampler.create({ config, weights: lively(config, 3) });
  });
  afterAll(() => sampler.dispose());

  const prompt = (length: number, seed: number): Int32Array =>
    Int32Array.from({ length }, (_, i) => (seed * 97 + i * i * 31) % config.vocabSize);

  test.each([1, 0.9])('is bit for bit the same alone, in any company and in any order (topP %d)', async (topP) => {
    const groups = Array.from({ length: 9 }, (_, g) =>
      groupOf({
        groupId: String(g),
        promptIds: prompt(20 + 9 * g, g),
        temperature: g % 3 === 0 ? 0.4 : 1,
        topP,
        maxNewTokens: 20 + g,
        count: 1 + ((g * 7) % 25),
      }),
    );
    const together = samplesByName(await drawAll(sampler, groups));
    const reversed = samplesByName(await drawAll(sampler, groups.toReversed().map((group) => ({ ...group, samples: group.samples.toReversed() })))); // prettier-ignore
    expect(reversed).toEqual(together);
    for (const group of groups) {
      const alone = await drawAll(sampler, [{ ...group, samples: group.samples.slice(-1) }]);
      expect(samplesByName(alone)).toEqual(new Map([...together].filter(([name]) => samplesByName(alone).has(name))));
    }
  });

  test('is the same in another sampler, and in another process', async () => {
    const sizes = { numLayers: 2, embedDim: 64, numHeads: 4, innerDim: 256, vocabSize: 512, maxPositions: 256 };
    const weightsSeed = 3;
    const groups = [groupOf({ promptIds: prompt(40, 1), maxNewTokens: 30, count: 20 })];
    const first = samplesByName(await drawAll(sampler, groups));
    const other = Sampler.create({ config, weights: lively(config, weightsSeed) });
    expect(samplesByName(await drawAll(other, groups))).toEqual(first);
    other.dispose();
    const moduleAt = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { lively } from ${moduleAt('../testing/samples.ts')};
      import { smallCodegen } from ${moduleAt('../testing/small-config.ts')};
      import { Sampler } from ${moduleAt('./sampler.ts')};
      const config = smallCodegen(${JSON.stringify(sizes)});
      const weights = lively(config, ${weightsSeed});
      const sampler = Sampler.create({ config, weights });
      const samples = [];
      const samplesOf = Array.from({ length: 20 }, (_, i) => ({ sampleIndex: i, seed: BigInt(i) }));
      const promptIds = Int32Array.from(${JSON.stringify([...prompt(40, 1)])});
      const group = { groupId: 'g', promptIds, samples: samplesOf, temperature: 1, topP: 1, maxNewTokens: 30, eosTokenIds: [] };
      await sampler.sample([group], { onSample: (sample) => samples.push(sample) });
      console.log(JSON.stringify(samples));`; // prettier-ignore
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }); // prettier-ignore
    expect(samplesByName(JSON.parse(output) as SampledTokens[])).toEqual(first);
  });

  test('depends on its seed', async () => {
    const samples = await drawAll(sampler, [groupOf({ count: 50 })]);
    expect(new Set(samples.map(({ tokenIds }) => tokenIds.join())).size).toBe(50);
  });

  test('ends with any of the end-of-text tokens, which is its last id', async () => {
    const [free] = await drawAll(sampler, [groupOf({})]);
    const eosTokenId = free!.tokenIds[9]!;
    const end = free!.tokenIds.indexOf(eosTokenId) + 1;
    const [sample] = await drawAll(sampler, [groupOf({ eosTokenIds: [config.vocabSize, eosTokenId] })]);
    expect(sample).toMatchObject({ tokenIds: free!.tokenIds.slice(0, end), finishReason: 'eos' });
    expect(sample!.logprobs).toEqual(free!.logprobs.slice(0, end));
  });

  test('ends where shouldStop cuts, though it is asked once per chunk', async () => {
    const [free] = await drawAll(sampler, [groupOf({})]);
    const seen: number[] = [];
    const shouldStop = (ids: readonly number[]): number | undefined => {
      seen.push(ids.length);
      return ids.length >= 10 ? 9 : undefined;
    };
    const [sample] = await drawAll(sampler, [groupOf({ shouldStop })]);
    expect(sample).toMatchObject({ tokenIds: free!.tokenIds.slice(0, 9), finishReason: 'stop' });
    expect(sample!.logprobs.length).toBe(9);
    expect(seen).toEqual([4, 8, 12]);
  });

  test('that ends with end-of-text stays so when shouldStop cuts nothing off', async () => {
    const [free] = await drawAll(sampler, [groupOf({})]);
    const eosTokenId = free!.tokenIds[0]!;
    const [sample] = await drawAll(sampler, [groupOf({ eosTokenIds: [eosTokenId], shouldStop: (ids) => ids.length })]);
    expect(sample).toMatchObject({ tokenIds: [eosTokenId], finishReason: 'eos' });
  });
});

describe('a Sampler', () => {
  const { config, weights } = goldenModel();
  let sampler: Sampler;
  beforeAll(() => {
    sampler = Sampler.create({ config, weights, rows: 8 });
  });
  afterAll(() => sampler.dispose());

  test('settles at once when there is nothing to draw', async () => {
    expect(await drawAll(sampler, [])).toEqual([]);
    expect(await drawAll(sampler, [groupOf({ samples: [] })])).toEqual([]);
  });

  test('asks for groups as rows come free', async () => {
    const asked: number[] = [];
    let delivered = 0;
    function* groups(): Generator<SampleGroup> {
      for (let i = 0; i < 12; i++) {
        asked.push(delivered);
        yield groupOf({ groupId: String(i), count: 4 });
      }
    }
    await sampler.sample(groups(), { onSample: () => delivered++ });
    expect(delivered).toBe(48);
    expect(asked[0]).toBe(0);
    expect(asked[11]).toBeGreaterThan(0);
  });

  test('decodes groups of one shape together, whatever came between them, and keeps none waiting for ever', async () => {
    const order: number[] = [];
    const calls = Array.from({ length: 40 }, (_, i) => {
      const promptIds = new Int32Array(i % 2 === 0 ? 2 : 40).fill(3);
      // Lengths such that there is always a sample under way and none enters at the end of another batch.
      const group = groupOf({ groupId: String(i), promptIds, maxNewTokens: i < 2 ? 8 : 16, count: 4 });
      return sampler.sample([group], { onSample: ({ groupId }) => order.push(Number(groupId)) });
    });
    await Promise.all(calls);
    const evenFirst = order.findIndex((group) => group % 2 === 1);
    // Eight rows, and four batches of them before the others have their turn.
    expect(evenFirst).toBe(4 * 8);
    expect(order.length).toBe(160);
  });

  test('stops a call at an abort, and goes on with the others', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    let delivered = 0;
    const endless = sampler.sample(Array.from({ length: 1000 }, () => groupOf({ count: 4 })), {
      signal: controller.signal,
      onSample: () => {
        if (++delivered === 8) controller.abort(reason);
      },
    }); // prettier-ignore
    const other = drawAll(sampler, [groupOf({ count: 20 })]);
    await expect(endless).rejects.toBe(reason);
    expect(delivered).toBeLessThan(100);
    expect((await other).length).toBe(20);
    await expect(sampler.sample([groupOf({})], { signal: AbortSignal.abort(reason), onSample: () => delivered++ })).rejects.toBe(reason); // prettier-ignore
  });

  test('rejects with what a callback throws', async () => {
    const onSample = (): never => {
      throw new Error('full');
    };
    await expect(sampler.sample([groupOf({ count: 3 })], { onSample })).rejects.toThrow('full');
    expect((await drawAll(sampler, [groupOf({})])).length).toBe(1);
  });

  test('draws from new weights after setWeights as a new sampler does', async () => {
    const other = lively(config, 9);
    const fresh = Sampler.create({ config, weights: other, rows: 8 });
    const groups = [groupOf({ count: 5, maxNewTokens: 30 })];
    const before = await drawAll(sampler, groups);
    const sequence = [Int32Array.of(5, 6, 7, 8, 9)];
    sampler.scoreTokens(sequence);
    sampler.setWeights(other);
    const after = await drawAll(sampler, groups);
    expect(after).toEqual(await drawAll(fresh, groups));
    expect(after).not.toEqual(before);
    expect(sampler.scoreTokens(sequence)).toEqual(fresh.scoreTokens(sequence));
    sampler.setWeights(weights);
    expect(await drawAll(sampler, groups)).toEqual(before);
    fresh.dispose();
  });

  test('goes back to the weights before a swap without reading them, and holds nothing of those that were tried', async () => {
    const own = Sampler.create({ config, weights: lively(config, 3), rows: 8 });
    const groups = [groupOf({ count: 5 })];
    const sequence = [Int32Array.of(5, 6, 7, 8, 9)];
    const [drawn, scored] = [await drawAll(own, groups), own.scoreTokens(sequence)];
    const { numTensors } = tf.memory();
    own.readFrom(new Map()); // nothing is there to be read any more
    const swap = own.swapWeights(lively(config, 9));
    expect(await drawAll(own, groups)).not.toEqual(drawn);
    expect(own.scoreTokens(sequence)).not.toEqual(scored);
    swap.rollback();
    expect(await drawAll(own, groups)).toEqual(drawn);
    expect(own.scoreTokens(sequence)).toEqual(scored);
    expect(tf.memory().numTensors).toBe(numTensors);
    own.dispose();
  });

  test('keeps its weights when new ones are incomplete, or come while it is at work', async () => {
    const groups = [groupOf({ count: 2 })];
    const before = await drawAll(sampler, groups);
    const incomplete = new Map([...weights].slice(1));
    expect(() => sampler.setWeights(incomplete)).toThrow(InvalidWeightsError);
    const running = drawAll(sampler, groups);
    expect(() => sampler.setWeights(weights)).toThrow('no sample may be under way');
    expect(await running).toEqual(before);
  });

  test('rejects when the model gives no numbers, and recovers with good weights', async () => {
    const groups = [groupOf({ promptIds: Int32Array.of(1), count: 8 })];
    const before = await drawAll(sampler, groups);
    const broken = new Map(weights);
    const { shape, data } = weights.get('transformer.h.0.mlp.fc_out.weight')!;
    broken.set('transformer.h.0.mlp.fc_out.weight', { shape, data: data.map(() => NaN) });
    sampler.setWeights(broken);
    await expect(drawAll(sampler, groups)).rejects.toThrow(NonFiniteLogitsError);
    expect(() => sampler.scoreTokens([Int32Array.of(1, 2)])).toThrow(NonFiniteLogitsError);
    sampler.setWeights(weights);
    expect(await drawAll(sampler, groups)).toEqual(before);
  });

  test('holds no more tensors after a hundred calls than after one', async () => {
    const groups = [groupOf({ count: 3 }), groupOf({ topP: 0.5 })];
    await drawAll(sampler, groups);
    sampler.scoreTokens([Int32Array.of(1, 2, 3)]);
    const { numTensors } = tf.memory();
    for (let i = 0; i < 100; i++) await drawAll(sampler, groups);
    sampler.setWeights(weights);
    sampler.scoreTokens([Int32Array.of(1, 2, 3)]);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('keeps few graphs, however many shapes it is asked for', async () => {
    const numTensors: number[] = [];
    for (const count of [1, 4]) {
      for (const [maxNewTokens, topP] of [[10, 1], [33, 1], [10, 0.5], [33, 0.5]] as const) {
        const samples = await drawAll(sampler, [groupOf({ maxNewTokens, topP, count })]);
        expect(samples.map(({ tokenIds }) => tokenIds.length)).toEqual(new Array(count).fill(maxNewTokens));
        numTensors.push(tf.memory().numTensors);
      } // prettier-ignore
    }
    expect(numTensors.slice(4)).toEqual(new Array(4).fill(numTensors[3]));
  });

  test('takes as many rows as memory allows, and says what one would need', async () => {
    const groups = [groupOf({ count: 5 })];
    const small = Sampler.create({ config, weights, rows: 8, memoryBytes: 2 ** 19 });
    expect((await drawAll(small, groups)).length).toBe(5);
    small.dispose();
    const smaller = Sampler.create({ config, weights, memoryBytes: 2 ** 18 });
    await expect(drawAll(smaller, groups)).rejects.toThrow(
      /^one sample of 32 \+ 32 tokens \(.* MiB of weights, .* of keys and values, .* of intermediate results\) needs .* MiB, got a memory setting of 0.25 MiB$/,
    );
    smaller.dispose();
    expect(() => Sampler.create({ config, weights, memoryBytes: 2 ** 16 })).toThrow(DeviceMemoryError);
  });

  test('rejects what is under way when it is disposed, and works no more', async () => {
    const doomed = Sampler.create({ config, weights, rows: 4 });
    const running = drawAll(doomed, [groupOf({ count: 50 })]);
    doomed.dispose();
    await expect(running).rejects.toThrow('disposed');
    expect(() => doomed.scoreTokens([])).toThrow('disposed');
    expect(() => Sampler.create({ config, weights, rows: 0 })).toThrow('rows must be an integer >= 1, got 0');
  });
});

/** Temperature, then top-k, then top-p, of a distribution given by its log-probabilities. */
function distribution(
  logprobs: readonly number[],
  { temperature, topP, topK }: { temperature: number; topP: number; topK: number },
): number[] {
  const weights = logprobs.map((logprob) => Math.exp(logprob / temperature));
  const order = [...weights.keys()].toSorted((a, b) => weights[b]! - weights[a]!).slice(0, topK || weights.length);
  const total = order.reduce((sum, id) => sum + weights[id]!, 0);
  const kept = new Array<number>(weights.length).fill(0);
  let mass = 0;
  for (const id of order) {
    if (mass >= topP * total) break;
    kept[id] = weights[id]!;
    mass += weights[id]!;
  }
  return kept.map((weight) => weight / mass);
}

/** How many standard deviations chi-square lies above its mean; cells that expect fewer than 5 are put together. */
function chiSquareExcess(counts: readonly number[], expected: readonly number[]): number {
  const cells: [number, number][] = [];
  let [seen, wanted] = [0, 0];
  for (const id of [...expected.keys()].toSorted((a, b) => expected[a]! - expected[b]!)) {
    seen += counts[id]!;
    wanted += expected[id]!;
    if (wanted < 5) continue;
    cells.push([seen, wanted]);
    [seen, wanted] = [0, 0];
  }
  const chiSquare = cells.reduce((sum, [got, want]) => sum + (got - want) ** 2 / want, 0);
  const freedom = cells.length - 1;
  if (freedom === 0) return 0;
  return (chiSquare - freedom) / Math.sqrt(2 * freedom);
}
