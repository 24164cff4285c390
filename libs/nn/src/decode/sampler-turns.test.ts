import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { initialWeights } from '../initial-weights.ts';
import type { NamedArrays } from '../named-array.ts';
import '../testing/matchers.ts';
import { GOLDEN_MODELS, goldenModel } from '../testing/golden.ts';
import { drawAll, groupOf } from '../testing/samples.ts';
import { smallCodegen } from '../testing/small-config.ts';
import { tf } from '../tf.ts';
import { DecodeGraph } from './decode-graph.ts';
import type { SampledTokens, SampleGroup } from './sample-group.ts';
import { Sampler } from './sampler.ts';

/** All samples of a call, in the order of the groups' ids. */
async function drawInOrder(sampler: Sampler, groups: Iterable<SampleGroup>): Promise<SampledTokens[]> {
  const samples = await drawAll(sampler, groups);
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
  const [expected, got] = [await drawInOrder(whole, groups), await drawInOrder(inParts, groups)];
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
    expected = await drawInOrder(sampler, groups);
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
    expect(await drawInOrder(sampler, groups)).toEqual(expected);
  });

  test('does not stop for one call what another waits for', async () => {
    const other = drawInOrder(sampler, groups);
    await abortAfter(3 * NUM_LAYERS);
    expect(await other).toEqual(expected);
  });

  test('takes new weights as soon as what was under way has stopped', async () => {
    await abortAfter(2 * NUM_LAYERS);
    sampler.setWeights(initialWeights(config, 4));
    expect(await drawInOrder(sampler, groups)).not.toEqual(expected);
    await abortAfter(2 * NUM_LAYERS);
    sampler.setWeights(weights);
    expect(await drawInOrder(sampler, groups)).toEqual(expected);
  });

  test('leaves nothing of numbers that are none in a token that it does not finish', async () => {
    const name = 'transformer.h.1.mlp.fc_out.bias';
    const { shape } = weights.get(name)!;
    const broken: NamedArrays = new Map([...weights, [name, { shape, data: new Float32Array(32).fill(NaN) }]]);
    sampler.setWeights(broken);
    await abortAfter(NUM_LAYERS + 6);
    sampler.setWeights(weights);
    expect(await drawInOrder(sampler, groups)).toEqual(expected);
  });

  test('holds no more tensors after an abort than before', async () => {
    const { numTensors } = tf.memory();
    for (const turns of [3, NUM_LAYERS + 3, 3 * NUM_LAYERS]) await abortAfter(turns);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('fails what is under way when it is disposed', async () => {
    const doomed = Sampler.create({ config, weights, rows: 4, operationsPerCall: 1 });
    const failure = drawInOrder(doomed, groups).catch((error: unknown) => error);
    for (let i = 0; i < NUM_LAYERS + 3; i++) await nextTurn();
    doomed.dispose();
    expect(String(await failure)).toContain('the sampler has been disposed');
  });
});

describe('a Sampler', () => {
  const { config, weights } = goldenModel();
  let sampler: Sampler;
  beforeAll(() => {
    sampler = Sampler.create({ config, weights, rows: 8, memoryBytes: 2 ** 30 });
  });
  afterAll(() => sampler.dispose());
  afterEach(() => vi.restoreAllMocks());

  const distinctPrompts = (count: number): SampleGroup[] =>
    Array.from({ length: count }, (_, i) => groupOf({ groupId: String(i), promptIds: Int32Array.of(i + 1, 2) }));

  test('lets other work have its turn after each prompt', async () => {
    await drawAll(sampler, [groupOf()]); // the graph is there
    let turns = 0;
    let ended = false;
    const drawing = drawAll(sampler, distinctPrompts(8)).then(() => (ended = true));
    for (; !ended; turns++) await nextTurn();
    await drawing;
    expect(turns).toBeGreaterThanOrEqual(8 + 12 / 4); // eight prompts, three chunks
  });

  test('runs no more prompts after an abort', async () => {
    const prefill = vi.spyOn(DecodeGraph.prototype, 'prefill');
    const controller = new AbortController();
    const reason = new Error('enough');
    const drawing = sampler.sample(distinctPrompts(8), { onSample: () => {}, signal: controller.signal });
    void nextTurn().then(nextTurn).then(() => controller.abort(reason)); // prettier-ignore
    await expect(drawing).rejects.toBe(reason);
    expect(prefill.mock.calls.length).toBeLessThan(4);
  });

  test('ends a short call before a long one that came first', async () => {
    const order: string[] = [];
    const long = drawAll(sampler, [groupOf({ maxNewTokens: 32, count: 4 })]).then(() => order.push('long'));
    const short = drawAll(sampler, [groupOf({ maxNewTokens: 4, count: 4 })]).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });
});
