import { cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import { createRemoteSampler } from '@leti/clients';
import { sampleSeed } from '@leti/leti';
import { initialWeights } from '@leti/nn';
import {
  Condition,
  type EvaluateProgramRequest,
  Evaluation,
  EvaluatorServiceService,
  FinishReason,
  GeneratorServiceClient,
  type GeneratorServiceService,
  type Model,
  Model_State,
  Outcome,
  Problem,
  type Program,
  SampleSolutionsRequest,
  SamplingParameters,
  type SampleSolutionsResponse,
  type Solution,
  SolveProblemRequest,
  type SolveProblemResponse_Attempt,
} from '@leti/proto';
import {
  createClient,
  createLogger,
  InvalidArgumentError,
  RpcError,
  serve,
  unary,
  type RpcClient,
  type RunningServer,
} from '@leti/rpc';
import { goldenPath, readGolden } from '@leti/testing';
import { cleanUpSpaces, loadTokenizer } from '@leti/tokenizer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGenerator, type RunningGenerator } from './start-generator.ts';

const CHECKPOINT = goldenPath('codegen-tiny');
const reference = readGolden<{
  greedy: { prompt: number[]; continuation: number[] }[];
  scored: { text: string; ids: number[]; logprobs: number[] };
}>('codegen-tiny.json');
const logger = createLogger({ name: 'test', level: 'silent' });
const CONFIG = {
  address: '127.0.0.1:0',
  rows: 16,
  drainMs: 100,
  logLevel: 'silent',
} as const;

let folder: string;
let evaluator: RunningServer;
let generator: RunningGenerator;
let client: RpcClient<typeof GeneratorServiceService>;
let digest: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-generator-'));
  evaluator = await serve({
    address: '127.0.0.1:0',
    logger,
    handleSignals: false,
    drainMs: 0,
    services: [{ definition: EvaluatorServiceService, implementation: { evaluateProgram: unary(judge) } }],
  });
  const evaluatorAddress = `127.0.0.1:${evaluator.port}`;
  generator = await startGenerator(
    { ...CONFIG, evaluatorAddress, checkpoint: undefined },
    { logger, handleSignals: false },
  );
  client = createClient(GeneratorServiceClient, `127.0.0.1:${generator.port}`);
});
afterAll(async () => {
  client.close();
  await generator.close();
  await evaluator.close();
  await rm(folder, { recursive: true });
});

/** What the evaluator says of a program; the tests set it. */
let passes: (program: Program) => boolean = () => false;
const judged: string[] = [];

function judge({ program }: EvaluateProgramRequest): Evaluation {
  const { programId, limits } = program!;
  if (limits?.processes === 99) {
    throw new InvalidArgumentError([{ field: 'program.limits.processes', description: 'must be at most 64, got 99' }]);
  }
  judged.push(programId);
  return Evaluation.create({ programId, outcome: passes(program!) ? Outcome.PASSED : Outcome.EXCEPTION });
}

const problem = (problemId: string, prompt = `def ${problemId}`): Problem => Problem.create({ problemId, prompt });
function request(fields: Partial<SampleSolutionsRequest> = {}): SampleSolutionsRequest {
  return SampleSolutionsRequest.create({
    problems: [problem('a'), problem('b'), problem('c')],
    samplesPerProblem: 4,
    sampling: { temperature: 1, maxNewTokens: 12 },
    seed: 7n,
    ...fields,
  });
}

async function sample(fields: Partial<SampleSolutionsRequest> = {}, signal?: AbortSignal): Promise<Solution[]> {
  const solutions: Solution[] = [];
  for await (const { event } of client.sampleSolutions(request(fields), { signal })) solutions.push(event!.value);
  return solutions;
}

const byId = (solutions: readonly Solution[]): Solution[] =>
  solutions.toSorted((a, b) => a.problemId.localeCompare(b.problemId) || a.sampleIndex - b.sampleIndex);
const load = (path: string, wanted = ''): Promise<unknown> =>
  client.loadCheckpoint({ checkpoint: { path, digest: wanted } });

describe('before a checkpoint is loaded', () => {
  test('says so', async () => {
    const nothing = { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' };
    await expect(client.getModel({})).rejects.toMatchObject(nothing);
    await expect(sample()).rejects.toMatchObject(nothing);
    await expect(client.scoreTexts({ texts: ['x'], expectedWeightsDigest: '' })).rejects.toMatchObject(nothing);
  });
});

describe('LoadCheckpoint', () => {
  test('loads a folder and describes the model', async () => {
    const model = await client.loadCheckpoint({ checkpoint: { path: CHECKPOINT, digest: '' } });
    expect(model).toMatchObject({
      architecture: 'codegen',
      numLayers: 2,
      embedDim: 32,
      numHeads: 4,
      vocabSize: 64,
      maxSequenceTokens: 64,
    });
    digest = model.checkpoint!.digest;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await client.getModel({})).toEqual(model);
    expect(await client.loadCheckpoint({ checkpoint: { path: CHECKPOINT, digest } })).toEqual(model);
  });

  test('refuses what is no checkpoint, and the old weights stay', async () => {
    const broken = join(folder, 'broken');
    await cp(CHECKPOINT, broken, { recursive: true });
    await rm(join(broken, 'tokenizer.json'));
    const notModel = join(folder, 'not-model');
    await cp(CHECKPOINT, notModel, { recursive: true });
    await writeFile(join(notModel, 'config.json'), '{"model_type": "other"}');
    await expect(load(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'CHECKPOINT_NOT_FOUND',
    });
    const invalid = { code: 'INVALID_ARGUMENT', violations: [{ field: 'checkpoint.path' }] };
    await expect(load(broken)).rejects.toMatchObject(invalid);
    await expect(load(notModel)).rejects.toMatchObject(invalid);
    const other = `sha256:${'0'.repeat(64)}`;
    await expect(load(CHECKPOINT, other)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'CHECKPOINT_DIGEST_MISMATCH',
    });
    expect((await client.getModel({})).checkpoint?.digest).toBe(digest);
  });

  const BROKEN: readonly [string, (folder: string) => Promise<void>, string][] = [
    [
      'truncated weights',
      async (folder) => {
        const { size } = await stat(join(folder, 'model.safetensors'));
        await truncate(join(folder, 'model.safetensors'), size - 10);
      },
      'model.safetensors',
    ],
    ['a weight that is NaN', (folder) => overwriteLastNumber(folder, NaN), 'must be finite, got NaN'],
    // Finite, but what is computed with it is not: only drawing finds out.
    ['weights too great to compute with', (folder) => rewriteWeights(folder, 3e38), 'NaN'],
  ];
  test.each(BROKEN)(
    'refuses %s with one clear error, and the old weights still draw',
    async (name, breakIt, message) => {
      const expected = byId(await sample());
      const broken = join(folder, name);
      await cp(CHECKPOINT, broken, { recursive: true });
      await breakIt(broken);
      const failing = load(broken);
      await expect(failing).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'CHECKPOINT_INVALID',
        violations: [{ field: 'checkpoint.path' }],
      });
      await expect(failing).rejects.toThrow(message);
      expect((await client.getModel({})).checkpoint?.digest).toBe(digest);
      expect(byId(await sample())).toEqual(expected);
    },
  );

  test('refuses a model that the memory setting has no room for, with the numbers', async () => {
    const small = await startGenerator(
      { ...CONFIG, evaluatorAddress: '127.0.0.1:1', memoryBytes: 1000 },
      { logger, handleSignals: false },
    );
    const other = createClient(GeneratorServiceClient, `127.0.0.1:${small.port}`);
    try {
      const failing = other.loadCheckpoint({ checkpoint: { path: CHECKPOINT, digest: '' } });
      await expect(failing).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'CHECKPOINT_INVALID' });
      await expect(failing).rejects.toThrow(/needs .* MiB, got a memory setting of .* MiB/);
    } finally {
      other.close();
      await small.close();
    }
  });

  test('goes back and forth between models of different shapes', async () => {
    const expected = byId(await sample());
    const wide = join(folder, 'wide');
    const { config } = await readCheckpoint(CHECKPOINT);
    const other = { ...config, numLayers: 1 };
    await writeCheckpoint(wide, { config: other, weights: initialWeights(other, 3), tokenizerFrom: CHECKPOINT });
    await load(wide);
    expect((await client.getModel({})).numLayers).toBe(1);
    expect(await sample()).toHaveLength(12);
    await load(CHECKPOINT);
    expect(byId(await sample())).toEqual(expected);
  });
});

/** Writes a number over the last of the weights. */
async function overwriteLastNumber(checkpoint: string, value: number): Promise<void> {
  const path = join(checkpoint, 'model.safetensors');
  const bytes = await readFile(path);
  bytes.writeFloatLE(value, bytes.length - 4);
  await writeFile(path, bytes);
}

/** Writes a number over all of the output layer's weights. */
async function rewriteWeights(checkpoint: string, value: number): Promise<void> {
  const { config, weights } = await readCheckpoint(CHECKPOINT);
  const changed = new Map(weights);
  const { shape, data } = weights.get('lm_head.weight')!;
  changed.set('lm_head.weight', { shape, data: data.fill(value) });
  await rm(checkpoint, { recursive: true });
  await writeCheckpoint(checkpoint, { config, weights: changed, tokenizerFrom: CHECKPOINT });
}

describe('SampleSolutions', () => {
  test("streams each problem's solutions together and in order", async () => {
    const solutions = await sample();
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
    const together = byId(await sample());
    expect(byId(await sample())).toEqual(together);
    expect(await sample({ problems: [problem('b')] })).toEqual(together.slice(4, 8));
    const [first, second] = await Promise.all([sample({ samplesPerProblem: 4 }), sample({ seed: 8n })]);
    expect(byId(first)).toEqual(together);
    expect(byId(second)).not.toEqual(together);
  });

  test('decodes greedily as transformers does', async () => {
    const tokenizer = await loadTokenizer(CHECKPOINT);
    for (const { prompt, continuation } of reference.greedy) {
      const [solution] = await sample({
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
      (await sample({ condition, problems: [problem('a')] })).map(({ text }) => text);
    const [none, good, bad] = [await of(Condition.NONE), await of(Condition.GOOD), await of(Condition.BAD)];
    expect(await of(Condition.UNSPECIFIED)).toEqual(none);
    expect(new Set([none, good, bad].map((texts) => texts.join('|'))).size).toBe(3);
  });

  test('ends a text before its first stop string', async () => {
    const free = await sample({ samplesPerProblem: 8 });
    const stop = ['e', 'x'];
    const stopped = await sample({
      samplesPerProblem: 8,
      sampling: SamplingParameters.create({ temperature: 1, maxNewTokens: 12, stop }),
    });
    const cut = (text: string): string => text.split(/[ex]/)[0]!;
    expect(byId(stopped).map(({ text }) => text)).toEqual(byId(free).map(({ text }) => cut(text)));
    expect(stopped.some(({ finishReason }) => finishReason === FinishReason.STOP)).toBe(true);
  });

  test('draws from the most probable tokens only', async () => {
    const fields = { samplesPerProblem: 3 };
    const best = await sample({ ...fields, sampling: SamplingParameters.create({ maxNewTokens: 12 }) });
    const sampling = SamplingParameters.create({ temperature: 1, topK: 1, maxNewTokens: 12 });
    expect(byId(await sample({ ...fields, sampling })).map(({ tokenIds }) => tokenIds)).toEqual(
      byId(best).map(({ tokenIds }) => tokenIds),
    );
  });

  test('takes spaces out of texts when asked to, not out of ids', async () => {
    const fields = { problems: [problem('a')], samplesPerProblem: 64 };
    const of = async (clean: boolean): Promise<Solution[]> => {
      const shared = { temperature: 1, maxNewTokens: 40, cleanUpSpaces: clean };
      return sample({ ...fields, sampling: SamplingParameters.create(shared) });
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
    const error = await sample(fields).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });

  test('names the problem whose prompt is too long', async () => {
    await expect(sample({ problems: [problem('long', 'x'.repeat(60))] })).rejects.toThrow('problem long');
  });

  test('refuses other weights than expected', async () => {
    await expect(sample({ expectedWeightsDigest: `sha256:${'0'.repeat(64)}` })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'OTHER_WEIGHTS_LOADED',
    });
  });

  test('a cancelled call leaves the way free for the next', async () => {
    const abort = new AbortController();
    const problems = Array.from({ length: 200 }, (_, i) => problem(`p${i}`));
    const stream = client.sampleSolutions(request({ problems, samplesPerProblem: 16 }), { signal: abort.signal });
    await stream.next();
    abort.abort();
    await expect(stream.next()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await sample()).toHaveLength(12);
  });

  test('a small call does not wait for a large one', async () => {
    const problems = Array.from({ length: 400 }, (_, i) => problem(`p${i}`));
    const large = client.sampleSolutions(request({ problems, samplesPerProblem: 16 }));
    let largeDone = false;
    const reading = (async () => {
      while ((await large.next()).done !== true);
      largeDone = true;
    })();
    expect(await sample()).toHaveLength(12);
    expect(largeDone).toBe(false);
    await large.return(undefined);
    await reading;
  });

  /** Ends the worker, and waits until a new one has begun. */
  async function killWorker(): Promise<void> {
    const pid = generator.workerPid()!;
    process.kill(pid, 'SIGKILL');
    while (generator.workerPid() === undefined || generator.workerPid() === pid) await sleep(10);
  }

  test('a stream goes on after its worker was killed, with every sample once and the same texts', async () => {
    const fields = { problems: Array.from({ length: 40 }, (_, i) => problem(`p${i}`)), samplesPerProblem: 16 };
    const expected = byId(await sample(fields));
    const stream = client.sampleSolutions(request(fields));
    const solutions: Solution[] = [];
    const meanwhile: Model[] = [];
    for await (const { event } of stream) {
      solutions.push(event!.value);
      if (solutions.length === 1 || solutions.length === 200) {
        await killWorker();
        meanwhile.push(await client.getModel({}));
      }
    }
    const restarting = { checkpoint: { digest }, state: Model_State.RESTARTING };
    expect(meanwhile).toMatchObject([restarting, restarting]);
    expect(byId(solutions)).toEqual(expected);
    expect(await client.getModel({})).toMatchObject({ checkpoint: { digest }, state: Model_State.READY });
  });

  test('has no model rather than another one when the folder is gone at a restart', async () => {
    const copy = join(folder, 'copy');
    await cp(CHECKPOINT, copy, { recursive: true });
    await load(copy);
    await rm(copy, { recursive: true });
    await killWorker();
    const nothing = { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' };
    await expect(sample()).rejects.toMatchObject(nothing);
    await expect(client.getModel({})).rejects.toMatchObject(nothing);
    await load(CHECKPOINT);
    expect(await sample()).toHaveLength(12);
  });

  test('is UNAVAILABLE when every worker ends under it', async () => {
    const problems = Array.from({ length: 200 }, (_, i) => problem(`p${i}`));
    let ended = false;
    const failing = sample({ problems, samplesPerProblem: 16 }).finally(() => (ended = true));
    const killing = (async () => {
      while (!ended) await killWorker();
    })();
    await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'MODEL_RESTARTING' });
    await killing;
    expect(await sample()).toHaveLength(12);
  });
});

describe('ScoreTexts', () => {
  test('gives the log-probabilities that transformers gives', async () => {
    const { text, ids, logprobs } = reference.scored;
    const { scores, weightsDigest } = await client.scoreTexts({
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
    const { scores } = await client.scoreTexts({ texts: ['x'.repeat(500)], expectedWeightsDigest: '' });
    expect(scores[0]!.tokenIds).toHaveLength(64);
    expect(scores[0]!.logprobs).toHaveLength(63);
  });

  test('refuses an empty list', async () => {
    await expect(client.scoreTexts({ texts: [], expectedWeightsDigest: '' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('SolveProblem', () => {
  const PROBLEM = problem('a');

  async function solve(fields: Partial<SolveProblemRequest> = {}): Promise<SolveProblemResponse_Attempt[]> {
    const sampling = { temperature: 1, maxNewTokens: 12 };
    const request = SolveProblemRequest.create({ problem: PROBLEM, maxAttempts: 10, sampling, seed: 7n, ...fields });
    const attempts: SolveProblemResponse_Attempt[] = [];
    for await (const { event } of client.solveProblem(request)) attempts.push(event!.value);
    return attempts;
  }

  test('ends at the first attempt that passes, with the attempts that SampleSolutions gives', async () => {
    const expected = await sample({ problems: [PROBLEM], samplesPerProblem: 7, condition: Condition.GOOD });
    passes = ({ programId }) => programId === 'a/6';
    const attempts = await solve();
    expect(attempts.map(({ solution }) => solution)).toEqual(expected);
    expect(attempts.map(({ evaluation }) => evaluation?.outcome)).toEqual([
      ...Array(6).fill(Outcome.EXCEPTION),
      Outcome.PASSED,
    ]);
  });

  test('ends when the budget is spent', async () => {
    passes = () => false;
    judged.length = 0;
    const attempts = await solve({ maxAttempts: 6 });
    expect(attempts.map(({ solution }) => solution?.sampleIndex)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(judged.toSorted()).toEqual(['a/0', 'a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
  });

  test('takes the condition that is asked for', async () => {
    const [expected] = await sample({ problems: [PROBLEM], samplesPerProblem: 1, condition: Condition.NONE });
    const [attempt] = await solve({ condition: Condition.NONE, maxAttempts: 1 });
    expect(attempt?.solution).toEqual(expected);
  });

  test('names bad fields in its own terms, also those that the evaluator finds', async () => {
    const limits = { cpuTime: undefined, wallTime: undefined, memoryBytes: 0n, outputBytes: 0n, processes: 99 };
    await expect(solve({ limits })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'limits.processes' }],
    });
    await expect(solve({ maxAttempts: 0 })).rejects.toMatchObject({ violations: [{ field: 'max_attempts' }] });
    await expect(solve({ problem: undefined })).rejects.toMatchObject({ violations: [{ field: 'problem' }] });
    await expect(solve({ problem: problem('a', 'x'.repeat(60)) })).rejects.toMatchObject({
      violations: [{ field: 'problem.prompt' }],
    });
  });

  test('is UNAVAILABLE while no evaluator answers', async () => {
    const alone = await startGenerator(
      { ...CONFIG, evaluatorAddress: '127.0.0.1:1', checkpoint: CHECKPOINT },
      { logger, handleSignals: false },
    );
    const other = createClient(GeneratorServiceClient, `127.0.0.1:${alone.port}`);
    try {
      const request = SolveProblemRequest.create({
        problem: PROBLEM,
        maxAttempts: 1,
        sampling: { temperature: 1, maxNewTokens: 2 },
      });
      await expect(other.solveProblem(request).next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      other.close();
      await alone.close();
    }
  });
});

describe('when other weights are loaded under a call', () => {
  const problems = Array.from({ length: 400 }, (_, i) => problem(`p${i}`));
  let second: string;

  beforeAll(async () => {
    second = join(folder, 'second');
    const { config } = await readCheckpoint(CHECKPOINT);
    await writeCheckpoint(second, { config, weights: initialWeights(config, 5), tokenizerFrom: CHECKPOINT });
  });

  test('one that expects the old ones ends with FAILED_PRECONDITION', async () => {
    await load(CHECKPOINT);
    const stream = client.sampleSolutions(request({ problems, samplesPerProblem: 16, expectedWeightsDigest: digest }));
    const first = await stream.next();
    await load(second);
    const digests = new Set([(first.value as SampleSolutionsResponse).event!.value.weightsDigest]);
    const rest = async (): Promise<void> => {
      for await (const { event } of stream) digests.add(event!.value.weightsDigest);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'OTHER_WEIGHTS_LOADED' });
    expect([...digests]).toEqual([digest]);
  });

  test('one that expects nothing goes on with the new ones, and every group is of one model', async () => {
    await load(CHECKPOINT);
    const digests = new Map<string, Set<string>>();
    let loading: Promise<unknown> | undefined;
    for await (const { event } of client.sampleSolutions(
      request({ problems: problems.slice(0, 60), samplesPerProblem: 16 }),
    )) {
      const { problemId, weightsDigest } = event!.value;
      digests.set(problemId, (digests.get(problemId) ?? new Set()).add(weightsDigest));
      loading ??= load(second);
    }
    await loading;
    expect(digests.size).toBe(60);
    expect([...digests.values()].every((each) => each.size === 1)).toBe(true);
    expect(new Set([...digests.values()].flatMap((each) => [...each])).size).toBe(2);
  });

  test('two clients who load in turn both get on', async () => {
    const clients = [CHECKPOINT, second].map((path) => ({
      path,
      sampler: createRemoteSampler({
        client,
        sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens: 8, stop: [], cleanUpSpaces: false },
        backoff: { firstMs: 10, mostMs: 100 },
      }),
    }));
    const counts = await Promise.all(
      clients.map(async ({ path, sampler }) => {
        const { signal } = new AbortController();
        const checkpoint = await sampler.load({ path, digest: undefined }, signal);
        let groups = 0;
        const some = problems.slice(0, 40);
        for await (const { solutions } of sampler.sample(
          { problems: some, samplesPerProblem: 32, condition: 'none', seed: 1n, checkpoint },
          signal,
        )) {
          groups++;
          expect(solutions.every(({ weightsDigest }) => weightsDigest === checkpoint.digest)).toBe(true);
        }
        return groups;
      }),
    );
    expect(counts).toEqual([40, 40]);
  });
});
