import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initialWeights } from '../initial-weights.ts';
import type { NamedArrays } from '../named-array.ts';
import '../testing/matchers.ts';
import { GOLDEN_MODELS, goldenModel } from '../testing/golden.ts';
import { smallCodegen } from '../testing/small-config.ts';
import { tf } from '../tf.ts';
import type { SampledTokens, SampleGroup } from './sample-group.ts';
import { Sampler } from './sampler.ts';

function groupOf(partial: Partial<SampleGroup> & { count?: number }): SampleGroup {
  const { count = 1, ...rest } = partial;
  return {
    groupId: 'g',
    promptIds: Int32Array.of(5, 6, 7),
    samples: Array.from({ length: count }, (_, i) => ({ sampleIndex: i, seed: BigInt(i) })),
    temperature: 1,
    topP: 1,
    maxNewTokens: 12,
    eosTokenIds: [],
    ...rest,
  };
}

async function drawAll(sampler: Sampler, groups: Iterable<SampleGroup>): Promise<SampledTokens[]> {
  const samples: SampledTokens[] = [];
  await sampler.sample(groups, { onSample: (sample) => samples.push(sample) });
  return samples.toSorted((a, b) => a.groupId.localeCompare(b.groupId) || a.sampleIndex - b.sampleIndex);
}

test.each(GOLDEN_MODELS)('%s draws the same in however many calls a token is computed', async (name) => {
  const { config, weights } = goldenModel(name);
  const groups = [
    groupOf({ groupId: 'a', count: 5, maxNewTokens: 20 }),
    groupOf({ groupId: 'b', count: 3, promptIds: new Int32Array(30).fill(9) }),
  ];
  const whole = Sampler.create({ config, weights, rows: 8 });
  const inParts = Sampler.create({ config, weights, rows: 8, operationsPerCall: 1 });
  const [expected, got] = [await drawAll(whole, groups), await drawAll(inParts, groups)];
  expect(got.map(({ tokenIds }) => tokenIds)).toEqual(expected.map(({ tokenIds }) => tokenIds));
  for (const [i, { logprobs }] of expected.entries()) expect(got[i]!.logprobs).toEqualNumbers(logprobs, { rtol: 1e-5 });
  whole.dispose();
  inParts.dispose();
});

describe('a sampler that computes each block of a token in a call of its own', () => {
  const NUM_LAYERS = 12;
  const config = smallCodegen({
    numLayers: NUM_LAYERS, embedDim: 32, numHeads: 4, innerDim: 128, vocabSize: 64, maxPositions: 64,
  }); // prettier-ignore
  const weights = initialWeights(config, 3);
  const groups = [groupOf({ count: 4 })];
  let sampler: Sampler;
  let expected: SampledTokens[];
  beforeAll(async () => {
    sampler = Sampler.create({ config, weights, rows: 4, operationsPerCall: 1 });
    expected = await drawAll(sampler, groups);
  });
  afterAll(() => sampler.dispose());

  /** Starts to draw, and aborts after so many turns of other work. @returns turns between abort and end */
  async function abortAfter(turns: number): Promise<number> {
    const controller = new AbortController();
    let outcome: unknown;
    const drawing = sampler
      .sample(groups, { onSample: () => {}, signal: controller.signal })
      .catch((error: unknown) => (outcome = error));
    for (let i = 0; i < turns; i++) await nextTurn();
    controller.abort(new Error('enough'));
    let more = 0;
    for (; outcome === undefined; more++) await nextTurn();
    await drawing;
    expect(outcome).toBe(controller.signal.reason);
    return more;
  }

  test.each([
    ['its prompt', 4],
    ['its first token', 4 + NUM_LAYERS],
    ['a later token', 4 + 5 * NUM_LAYERS],
  ])('stops in the middle of %s, and draws the same afterwards', async (_place, turns) => {
    expect(await abortAfter(turns)).toBeLessThanOrEqual(3);
    expect(await drawAll(sampler, groups)).toEqual(expected);
  });

  test('does not stop for one call what another waits for', async () => {
    const other = drawAll(sampler, groups);
    await abortAfter(3 * NUM_LAYERS);
    expect(await other).toEqual(expected);
  });

  test('takes new weights as soon as what was under way has stopped', async () => {
    await abortAfter(2 * NUM_LAYERS);
    sampler.setWeights(initialWeights(config, 4));
    expect(await drawAll(sampler, groups)).not.toEqual(expected);
    await abortAfter(2 * NUM_LAYERS);
    sampler.setWeights(weights);
    expect(await drawAll(sampler, groups)).toEqual(expected);
  });

  test('leaves nothing of numbers that are none in a token that it does not finish', async () => {
    const name = 'transformer.h.1.mlp.fc_out.bias';
    const { shape } = weights.get(name)!;
    const broken: NamedArrays = new Map([...weights, [name, { shape, data: new Float32Array(32).fill(NaN) }]]);
    sampler.setWeights(broken);
    await abortAfter(NUM_LAYERS + 6);
    sampler.setWeights(weights);
    expect(await drawAll(sampler, groups)).toEqual(expected);
  });

  test('holds no more tensors after an abort than before', async () => {
    const { numTensors } = tf.memory();
    for (const turns of [3, NUM_LAYERS + 3, 3 * NUM_LAYERS]) await abortAfter(turns);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('fails what is under way when it is disposed', async () => {
    const doomed = Sampler.create({ config, weights, rows: 4, operationsPerCall: 1 });
    const failure = drawAll(doomed, groups).catch((error: unknown) => error);
    for (let i = 0; i < NUM_LAYERS + 3; i++) await nextTurn();
    doomed.dispose();
    expect(String(await failure)).toContain('the sampler has been disposed');
  });
});
