import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleSeed } from '@leti/leti';
import {
  Condition,
  Engine,
  FinishReason,
  GeneratorServiceClient,
  type GeneratorServiceService,
  Problem,
  SampleSolutionsRequest,
  SamplingParameters,
  type Solution,
} from '@leti/proto';
import { createClient, createLogger, type RpcClient } from '@leti/rpc';
import { goldenPath, readGolden, temporaryFolder } from '@leti/testing';
import { loadTokenizer } from '@leti/tokenizer';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GeneratorConfig } from '../config.ts';
import { startGenerator, type RunningGenerator } from '../start-generator.ts';
import { startCompletionsServer, type CompletionsServer, type SentChoice } from '../testing/completions-server.ts';

const CHECKPOINT = goldenPath('codegen-tiny');
const reference = readGolden<{
  greedy: { prompt: number[]; continuation: number[] }[];
  scored: { text: string; ids: number[]; logprobs: number[] };
}>('codegen-tiny.json');
const tokenizer = await loadTokenizer(CHECKPOINT);
const logger = createLogger({ name: 'test', level: 'silent' });

let server: CompletionsServer;
let generator: RunningGenerator;
let client: RpcClient<typeof GeneratorServiceService>;
let digest: string;

function start(fields: Record<string, unknown>): Promise<RunningGenerator> {
  const config = GeneratorConfig.parse({
    address: '127.0.0.1:0',
    rows: 4,
    drainMs: 100,
    endpoint: server.url,
    ...fields,
  });
  return startGenerator(config, { logger, handleSignals: false });
}

beforeAll(async () => {
  server = await startCompletionsServer(CHECKPOINT, 'tiny');
  generator = await start({ endpointKey: 'a secret' });
  client = createClient(GeneratorServiceClient, `127.0.0.1:${generator.port}`);
  digest = (await client.loadCheckpoint({ checkpoint: { path: CHECKPOINT, digest: '' } })).checkpoint!.digest;
});
afterAll(async () => {
  client.close();
  await generator.close();
  await server.close();
});
afterEach(() => {
  server.change = undefined;
  server.fail = undefined;
});

const problem = (problemId: string, prompt = `def ${problemId}`): Problem => Problem.create({ problemId, prompt });

async function sample(fields: Partial<SampleSolutionsRequest> = {}, signal?: AbortSignal): Promise<Solution[]> {
  const request = SampleSolutionsRequest.create({
    problems: [problem('a'), problem('b')],
    samplesPerProblem: 3,
    sampling: { temperature: 1, maxNewTokens: 12 },
    seed: 7n,
    ...fields,
  });
  const solutions: Solution[] = [];
  for await (const { event } of client.sampleSolutions(request, { signal })) solutions.push(event!.value);
  return solutions;
}

function withoutIds(choice: SentChoice): SentChoice {
  const changed = { ...choice };
  delete changed.token_ids;
  return changed;
}

const greedy = (maxNewTokens: number, stop: string[] = []): SamplingParameters =>
  SamplingParameters.create({ maxNewTokens, stop });

describe('a generator with an endpoint', () => {
  test('describes the model as the endpoint serves it, and has no worker', async () => {
    expect(await client.getModel({})).toMatchObject({ numLayers: 2, maxSequenceTokens: 60, engine: Engine.ENDPOINT });
    expect(generator.workerPid()).toBeUndefined();
  });

  test('streams each problem together and in order, marked as the endpoint drew it', async () => {
    const solutions = await sample();
    expect(solutions.map(({ sampleIndex }) => sampleIndex)).toEqual([0, 1, 2, 0, 1, 2]);
    for (const { problemId, sampleIndex, seed, ...solution } of solutions) {
      expect(solution).toMatchObject({ engine: Engine.ENDPOINT, weightsDigest: digest });
      expect(seed).toBe(sampleSeed(7n, problemId, sampleIndex));
      expect(solution.logprobs).toHaveLength(solution.tokenIds.length);
    }
    expect(new Set(solutions.map(({ text }) => text)).size).toBeGreaterThan(1);
  });

  test('decodes greedily as transformers does', async () => {
    for (const { prompt, continuation } of reference.greedy) {
      const [solution] = await sample({
        problems: [problem('g', tokenizer.decode(prompt))],
        samplesPerProblem: 1,
        sampling: greedy(40),
      });
      expect(solution!.tokenIds).toEqual(continuation);
      expect(solution!.text).toBe(tokenizer.decode(continuation));
      expect(solution!.finishReason).toBe(FinishReason.LENGTH);
    }
  });

  test('sends the prompt as ids with the reward token, and every parameter', async () => {
    const sampling = { temperature: 0.5, topP: 0.9, topK: 7, maxNewTokens: 4, stop: ['x'], cleanUpSpaces: false };
    await sample({ problems: [problem('a')], samplesPerProblem: 1, condition: Condition.GOOD, sampling });
    expect(server.received.at(-1)).toMatchObject({
      model: 'tiny',
      prompt: [tokenizer.special.good, ...tokenizer.encode('def a')],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 7,
      max_tokens: 4,
      stop: ['x'],
      stop_token_ids: [tokenizer.special.eos],
      repetition_penalty: 1,
      return_token_ids: true,
    });
    expect(server.authorizations.at(-1)).toBe('Bearer a secret');
  });

  test('cuts at a stop string as our own engine does, however much comes', async () => {
    const ids = tokenizer.encode('return x## more##');
    server.change = (choice) => ({
      ...choice,
      finish_reason: 'stop',
      token_ids: ids,
      logprobs: { tokens: [], token_logprobs: ids.map((_, i) => -i) },
    });
    const [solution] = await sample({
      problems: [problem('a')],
      samplesPerProblem: 1,
      sampling: greedy(40, ['##']),
    });
    expect(solution).toMatchObject({ text: 'return x', finishReason: FinishReason.STOP, tokenIds: ids.slice(0, 10) });
    expect(solution!.logprobs).toHaveLength(10);
  });

  test('says that a text ended by itself when its last id ends texts', async () => {
    server.change = (choice) => ({
      ...choice,
      finish_reason: 'stop',
      token_ids: [...tokenizer.encode('ab'), tokenizer.special.eos],
      logprobs: { tokens: [], token_logprobs: [-1, -2, -3] },
    });
    const [solution] = await sample({ problems: [problem('a')], samplesPerProblem: 1 });
    expect(solution).toMatchObject({ text: 'ab', finishReason: FinishReason.EOS, logprobs: [-1, -2, -3] });
  });

  test('reads ids that older servers write in place of token texts', async () => {
    const ids = tokenizer.encode('abcdefghijkl');
    server.change = (choice) => ({
      ...withoutIds(choice),
      finish_reason: 'length',
      logprobs: { tokens: ids.map((id) => `token_id:${id}`), token_logprobs: ids.map(() => -1) },
    });
    expect((await sample({ problems: [problem('a')], samplesPerProblem: 1 }))[0]!.text).toBe('abcdefghijkl');
  });

  test('scores texts as transformers does', async () => {
    const { text, ids, logprobs } = reference.scored;
    const { scores, weightsDigest } = await client.scoreTexts({
      texts: [text, '', 'x'.repeat(500)],
      expectedWeightsDigest: digest,
    });
    expect(weightsDigest).toBe(digest);
    expect(scores[0]!.tokenIds).toEqual(ids);
    scores[0]!.logprobs.forEach((logprob, i) => expect(logprob).toBeCloseTo(logprobs[i]!, 3));
    expect(scores[1]).toEqual({ tokenIds: [], logprobs: [] });
    expect(scores[2]!.tokenIds).toHaveLength(59);
    expect(scores[2]!.logprobs).toHaveLength(58);
  });

  test('a cancelled call abandons its requests', async () => {
    server.fail = () => 'hang';
    const before = server.abandoned();
    const abort = new AbortController();
    const failing = sample({}, abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(failing).rejects.toMatchObject({ code: 'CANCELLED' });
    while (server.abandoned() === before) await sleep(5);
    server.fail = undefined;
    expect(await sample()).toHaveLength(6);
  });

  const ANSWERS: readonly [string, (choice: SentChoice) => SentChoice, string][] = [
    ['no ids', withoutIds, 'want the sampled ids'],
    [
      'a logprob too few',
      (choice) => ({ ...choice, logprobs: { tokens: [], token_logprobs: choice.logprobs.token_logprobs.slice(1) } }),
      'finite logprobs',
    ],
    [
      'a logprob that is none',
      (choice) => ({ ...choice, logprobs: { tokens: [], token_logprobs: choice.token_ids!.map(() => null) } }),
      'finite logprobs',
    ],
    [
      'an id that the model has not',
      (choice) => ({ ...choice, token_ids: choice.token_ids!.with(0, 2 ** 40) }),
      'want ids in [0, 64), got 1099511627776',
    ],
    [
      'more ids than were asked for',
      (choice) => ({
        ...choice,
        token_ids: [...Array<number>(500).fill(9), tokenizer.special.eos],
        logprobs: { tokens: [], token_logprobs: Array<number>(501).fill(-1) },
      }),
      'ids, got 501',
    ],
    ['an end that nothing explains', (choice) => ({ ...choice, finish_reason: 'abort' }), 'with finish_reason abort'],
  ];
  test.each(ANSWERS)('refuses an answer with %s', async (_name, change, message) => {
    server.change = change;
    const failing = sample({ sampling: greedy(3) });
    await expect(failing).rejects.toMatchObject({ code: 'INTERNAL', reason: 'ENDPOINT_ANSWER_INVALID' });
    await expect(failing).rejects.toThrow(message);
  });

  const FAILURES: readonly [number, string, string, string][] = [
    [503, '{"error":"loading"}', 'UNAVAILABLE', 'ENDPOINT_UNAVAILABLE'],
    [429, 'slow down', 'UNAVAILABLE', 'ENDPOINT_UNAVAILABLE'],
    [401, '{"error":"Unauthorized"}', 'INTERNAL', 'ENDPOINT_REFUSED'],
    [400, '{"message":"too long"}', 'INTERNAL', 'ENDPOINT_REFUSED'],
    [200, '<html>', 'INTERNAL', 'ENDPOINT_ANSWER_INVALID'],
    [200, '{"choices":[]}', 'INTERNAL', 'ENDPOINT_ANSWER_INVALID'],
  ];
  test.each(FAILURES)('turns status %i with %s into %s', async (status, body, code, reason) => {
    server.fail = () => ({ status, body });
    const error = await sample().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, reason });
    expect((error as Error).message).not.toContain('a secret');
  });
});

describe('LoadCheckpoint with an endpoint', () => {
  test('refuses a checkpoint that the endpoint does not serve, and the old one stays', async () => {
    await expect(client.loadCheckpoint({ checkpoint: { path: 'micro-base', digest: '' } })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'ENDPOINT_LACKS_MODEL',
    });
    expect((await client.getModel({})).checkpoint?.digest).toBe(digest);
  });

  test('refuses what is no checkpoint', async () => {
    await expect(client.loadCheckpoint({ checkpoint: { path: '/nowhere', digest: '' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'CHECKPOINT_NOT_FOUND',
    });
    await expect(
      client.loadCheckpoint({ checkpoint: { path: CHECKPOINT, digest: `sha256:${'0'.repeat(64)}` } }),
    ).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'CHECKPOINT_DIGEST_MISMATCH' });
  });

  test('reads no file of what is loaded already', async () => {
    const answer = await client.loadCheckpoint({ checkpoint: { path: '/nowhere', digest } });
    expect(answer.checkpoint).toEqual({ path: CHECKPOINT, digest });
  });

  test('takes the name that is set over the path', async () => {
    const named = await start({ endpointModel: 'tiny', checkpoint: 'micro-base' });
    await named.close();
    await expect(start({ endpointModel: 'large', checkpoint: CHECKPOINT })).rejects.toThrow('want a model large');
  });

  test('has texts end at the ids that generation_config.json names', async () => {
    const folder = temporaryFolder();
    await cp(CHECKPOINT, folder, { recursive: true });
    await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: [7, 0] }));
    const chat = await start({ endpointModel: 'tiny', checkpoint: folder });
    const other = createClient(GeneratorServiceClient, `127.0.0.1:${chat.port}`);
    try {
      const asked = { problems: [problem('a')], samplesPerProblem: 1, sampling: greedy(4) };
      for await (const { event } of other.sampleSolutions(SampleSolutionsRequest.create(asked)))
        expect(event).toBeDefined();
      expect(server.received.at(-1)!.stop_token_ids).toEqual([0, 7]);
    } finally {
      other.close();
      await chat.close();
    }
  });

  test('is UNAVAILABLE while nothing answers', async () => {
    const alone = await start({ endpoint: 'http://127.0.0.1:1/v1' });
    const other = createClient(GeneratorServiceClient, `127.0.0.1:${alone.port}`);
    try {
      await expect(
        other.loadCheckpoint({ checkpoint: { path: CHECKPOINT, digest: '' } }, { timeoutMs: 5_000 }),
      ).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'ENDPOINT_UNAVAILABLE' });
    } finally {
      other.close();
      await alone.close();
    }
  });
});
