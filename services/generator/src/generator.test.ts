import { sampleSeed } from '@leti/leti';
import { Condition, FinishReason, SamplingParameters, type SampleSolutionsRequest, type Solution } from '@leti/proto';
import { RpcError } from '@leti/rpc';
import { readGolden } from '@leti/testing';
import { cleanUpSpaces, loadTokenizer } from '@leti/tokenizer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byId,
  problem,
  sampleRequest,
  startGeneratorFixture,
  TINY_CHECKPOINT,
  type GeneratorFixture,
} from './testing/generator-fixture.ts';

const reference = readGolden<{
  greedy: { prompt: number[]; continuation: number[] }[];
  scored: { text: string; ids: number[]; logprobs: number[] };
}>('codegen-tiny.json');

let fixture: GeneratorFixture;
let digest: string;
beforeAll(async () => {
  fixture = await startGeneratorFixture();
  ({ digest } = (await fixture.load(TINY_CHECKPOINT)).checkpoint!);
});
afterAll(() => fixture.close());

describe('SampleSolutions', () => {
  test("streams each problem's solutions together and in order", async () => {
    const solutions = await fixture.sample();
    expect(solutions).toHaveLength(12);
    for (let i = 0; i < solutions.length; i += 4) {
      const group = solutions.slice(i, i + 4);
      expect(new Set(group.map(({ problemId }) => problemId)).size).toBe(1);
      expect(group.map(({ sampleIndex }) => sampleIndex)).toEqual([0, 1, 2, 3]);
    }
    for (const solution of solutions) {
      expect(solution.weightsDigest).toBe(digest);
      expect(solution.seed).toBe(sampleSeed(7n, solution.problemId, solution.sampleIndex));
      expect(solution.logprobs).toHaveLength(solution.tokenIds.length);
      expect(solution.logprobs.every((logprob) => logprob <= 0)).toBe(true);
      expect(solution.tokenIds.length).toBeLessThanOrEqual(12);
    }
  });

  test('gives the same texts again, whatever is sampled beside them', async () => {
    const together = byId(await fixture.sample());
    expect(byId(await fixture.sample())).toEqual(together);
    expect(await fixture.sample({ problems: [problem('b')] })).toEqual(together.slice(4, 8));
    const [first, second] = await Promise.all([fixture.sample({ samplesPerProblem: 4 }), fixture.sample({ seed: 8n })]);
    expect(byId(first)).toEqual(together);
    expect(byId(second)).not.toEqual(together);
  });

  test('decodes greedily as transformers does', async () => {
    const tokenizer = await loadTokenizer(TINY_CHECKPOINT);
    for (const { prompt, continuation } of reference.greedy) {
      const [solution] = await fixture.sample({
        problems: [problem('g', tokenizer.decode(prompt))],
        samplesPerProblem: 1,
        sampling: SamplingParameters.create({ maxNewTokens: 40 }),
      });
      expect(solution!.tokenIds).toEqual(continuation);
      expect(solution!.text).toBe(tokenizer.decode(continuation));
    }
  });

  test('puts the reward token before the prompt', async () => {
    const of = async (condition: Condition): Promise<string[]> =>
      (await fixture.sample({ condition, problems: [problem('a')] })).map(({ text }) => text);
    const [none, good, bad] = [await of(Condition.NONE), await of(Condition.GOOD), await of(Condition.BAD)];
    expect(await of(Condition.UNSPECIFIED)).toEqual(none);
    expect(new Set([none, good, bad].map((texts) => texts.join('|'))).size).toBe(3);
  });

  test('ends a text before its first stop string', async () => {
    const free = await fixture.sample({ samplesPerProblem: 8 });
    const stop = ['e', 'x'];
    const stopped = await fixture.sample({
      samplesPerProblem: 8,
      sampling: SamplingParameters.create({ temperature: 1, maxNewTokens: 12, stop }),
    });
    const cut = (text: string): string => text.split(/[ex]/)[0]!;
    expect(byId(stopped).map(({ text }) => text)).toEqual(byId(free).map(({ text }) => cut(text)));
    expect(stopped.some(({ finishReason }) => finishReason === FinishReason.STOP)).toBe(true);
  });

  test('draws from the most probable tokens only', async () => {
    const fields = { samplesPerProblem: 3 };
    const best = await fixture.sample({ ...fields, sampling: SamplingParameters.create({ maxNewTokens: 12 }) });
    const sampling = SamplingParameters.create({ temperature: 1, topK: 1, maxNewTokens: 12 });
    expect(byId(await fixture.sample({ ...fields, sampling })).map(({ tokenIds }) => tokenIds)).toEqual(
      byId(best).map(({ tokenIds }) => tokenIds),
    );
  });

  test('takes spaces out of texts when asked to, not out of ids', async () => {
    const fields = { problems: [problem('a')], samplesPerProblem: 64 };
    const of = async (clean: boolean): Promise<Solution[]> => {
      const shared = { temperature: 1, maxNewTokens: 40, cleanUpSpaces: clean };
      return fixture.sample({ ...fields, sampling: SamplingParameters.create(shared) });
    };
    const [plain, cleaned] = [await of(false), await of(true)];
    expect(cleaned.map(({ tokenIds }) => tokenIds)).toEqual(plain.map(({ tokenIds }) => tokenIds));
    expect(cleaned.map(({ text }) => text)).toEqual(plain.map(({ text }) => cleanUpSpaces(text)));
    expect(cleaned).not.toEqual(plain);
  });

  const BAD: readonly [string, Partial<SampleSolutionsRequest>, string][] = [
    ['n = 0', { samplesPerProblem: 0 }, 'samples_per_problem'],
    [
      'a negative temperature',
      { sampling: SamplingParameters.create({ temperature: -1, maxNewTokens: 4 }) },
      'sampling.temperature',
    ],
    ['no problems', { problems: [] }, 'problems'],
    ['a problem twice', { problems: [problem('a'), problem('a')] }, 'problems[1].problem_id'],
    [
      'a prompt that leaves no room',
      { problems: [problem('a'), problem('long', 'x'.repeat(60))] },
      'problems[1].prompt',
    ],
    ['an empty prompt without reward token', { problems: [problem('a', '')] }, 'problems[0].prompt'],
  ];
  test.each(BAD)('refuses %s with its place', async (_name, fields, field) => {
    const error = await fixture.sample(fields).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });

  test('names the problem whose prompt is too long', async () => {
    await expect(fixture.sample({ problems: [problem('long', 'x'.repeat(60))] })).rejects.toThrow('problem long');
  });

  test('refuses other weights than expected', async () => {
    await expect(fixture.sample({ expectedWeightsDigest: `sha256:${'0'.repeat(64)}` })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'OTHER_WEIGHTS_LOADED',
    });
  });

  test('a cancelled call leaves the way free for the next', async () => {
    const abort = new AbortController();
    const problems = Array.from({ length: 200 }, (_, i) => problem(`p${i}`));
    const stream = fixture.client.sampleSolutions(sampleRequest({ problems, samplesPerProblem: 16 }), {
      signal: abort.signal,
    });
    await stream.next();
    abort.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await fixture.sample()).toHaveLength(12);
  });

  test('a small call does not wait for a large one', async () => {
    const problems = Array.from({ length: 400 }, (_, i) => problem(`p${i}`));
    const large = fixture.client.sampleSolutions(sampleRequest({ problems, samplesPerProblem: 16 }));
    let largeDone = false;
    const reading = (async () => {
      while ((await large.next()).done !== true);
      largeDone = true;
    })();
    expect(await fixture.sample()).toHaveLength(12);
    expect(largeDone).toBe(false);
    await large.return(undefined);
    await reading;
  });
});

describe('ScoreTexts', () => {
  test('gives the log-probabilities that transformers gives', async () => {
    const { text, ids, logprobs } = reference.scored;
    const { scores, weightsDigest } = await fixture.client.scoreTexts({
      texts: [text, '', text.slice(0, 1)],
      expectedWeightsDigest: digest,
    });
    expect(weightsDigest).toBe(digest);
    expect(scores.map(({ tokenIds }) => tokenIds)).toEqual([ids, [], ids.slice(0, 1)]);
    expect(scores[1]!.logprobs).toEqual([]);
    expect(scores[2]!.logprobs).toEqual([]);
    scores[0]!.logprobs.forEach((logprob, i) => expect(logprob).toBeCloseTo(logprobs[i]!, 3));
  });

  test('cuts a text at the length of the model', async () => {
    const { scores } = await fixture.client.scoreTexts({ texts: ['x'.repeat(500)], expectedWeightsDigest: '' });
    expect(scores[0]!.tokenIds).toHaveLength(64);
    expect(scores[0]!.logprobs).toHaveLength(63);
  });

  test('refuses a text that would keep the model from all others while it is encoded', async () => {
    const texts = ['x', ' '.repeat(300_000)];
    await expect(fixture.client.scoreTexts({ texts, expectedWeightsDigest: '' })).rejects.toThrow(
      'texts[1] must have at most 262144 characters, got 300000',
    );
  });

  test('refuses an empty list', async () => {
    await expect(fixture.client.scoreTexts({ texts: [], expectedWeightsDigest: '' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});
