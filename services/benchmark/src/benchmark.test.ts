import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeCheckpoint } from '@leti/checkpoint';
import { startGenerator, type RunningGenerator } from '@leti/generator';
import { initialWeights, parseModelConfig } from '@leti/nn';
import {
  type BenchmarkRun,
  BenchmarkRun_State,
  BenchmarkServiceClient,
  type BenchmarkServiceService,
  BenchmarkSettings,
  Condition,
  type EvaluateProgramsRequest,
  type EvaluateProgramsResponse,
  Evaluation,
  EvaluatorServiceService,
  GeneratorServiceClient,
  Outcome,
} from '@leti/proto';
import { bidiStream, createClient, createLogger, serve, type RpcClient, type RunningServer } from '@leti/rpc';
import { freePort, goldenPath } from '@leti/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBenchmark } from './start-benchmark.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const PROBLEMS = 12;
const SAMPLES = 4;

let root: string;
let checkpoint: string;
let otherCheckpoint: string;
let generator: RunningGenerator;
let evaluator: RunningServer;
let addresses: { readonly generatorAddress: string; readonly evaluatorAddress: string };
/** Ids of the programs that the evaluator has judged. */
const judged: string[] = [];
let judgeDelayMs = 0;

/** Tiny random models: what they write is noise, but it is theirs. */
async function makeCheckpoint(name: string, seed: number): Promise<string> {
  const tokenizerFrom = goldenPath('tokenizer-bytes');
  const tokens = (
    JSON.parse(readFileSync(join(tokenizerFrom, 'tokenizer.json'), 'utf8')) as { model: { vocab: object } }
  ).model.vocab;
  const config = parseModelConfig({
    model_type: 'codegen',
    n_layer: 1,
    n_embd: 16,
    n_head: 4,
    rotary_dim: 4,
    n_positions: 512,
    vocab_size: Object.keys(tokens).length + 16,
    activation_function: 'gelu_new',
    resid_pdrop: 0,
    embd_pdrop: 0,
    attn_pdrop: 0,
    tie_word_embeddings: false,
    layer_norm_epsilon: 1e-5,
    eos_token_id: 0,
  });
  const folder = join(root, name);
  await writeCheckpoint(folder, { config, weights: initialWeights(config, seed), tokenizerFrom });
  return folder;
}

/** Passes what is of even length: a verdict that depends on the solution alone. */
async function* judge(requests: AsyncIterable<EvaluateProgramsRequest>): AsyncGenerator<EvaluateProgramsResponse> {
  for await (const { program } of requests) {
    const { programId, solution, limits } = program!;
    if (limits?.processes === 99) {
      yield {
        event: {
          $case: 'error',
          value: { programId, code: 3, message: 'limits.processes must be at most 64, got 99' },
        },
      };
      continue;
    }
    if (judgeDelayMs > 0) await sleep(judgeDelayMs);
    judged.push(programId);
    const outcome = solution.length % 2 === 0 ? Outcome.PASSED : Outcome.SYNTAX_ERROR;
    yield { event: { $case: 'evaluation', value: Evaluation.create({ programId, outcome, feedback: '' }) } };
  }
}

const startEvaluator = (address = '127.0.0.1:0'): Promise<RunningServer> =>
  serve({
    address,
    logger,
    handleSignals: false,
    drainMs: 0,
    services: [{ definition: EvaluatorServiceService, implementation: { evaluatePrograms: bidiStream(judge) } }],
  });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'leti-benchmark-'));
  checkpoint = await makeCheckpoint('one', 1);
  otherCheckpoint = await makeCheckpoint('two', 2);
  const config = {
    address: '127.0.0.1:0',
    evaluatorAddress: '127.0.0.1:1',
    rows: 16,
    drainMs: 0,
    logLevel: 'silent',
  } as const;
  generator = await startGenerator({ ...config, checkpoint: undefined }, { logger, handleSignals: false });
  evaluator = await startEvaluator();
  addresses = { generatorAddress: `127.0.0.1:${generator.port}`, evaluatorAddress: `127.0.0.1:${evaluator.port}` };
});
afterAll(async () => {
  await generator.close();
  await evaluator.close();
  await rm(root, { recursive: true });
});

const closers: (() => unknown)[] = [];
afterEach(async () => {
  judgeDelayMs = 0;
  for (const close of closers.splice(0).toReversed()) await close();
});

type Client = RpcClient<typeof BenchmarkServiceService>;

function clientAt(port: number): Client {
  const client = createClient(BenchmarkServiceClient, `127.0.0.1:${port}`);
  closers.push(() => client.close());
  return client;
}

async function start(
  store = join(root, `store-${randomUUID()}`),
  over: Partial<typeof addresses> = {},
  log = logger,
): Promise<{ client: Client; store: string }> {
  const service = await startBenchmark(
    { address: '127.0.0.1:0', store, data: undefined, ...addresses, ...over, drainMs: 0, logLevel: 'silent' },
    { logger: log, handleSignals: false, backoff: { firstMs: 20, mostMs: 100 } },
  );
  closers.push(() => service.close());
  return { client: clientAt(service.port), store };
}

function settings(fields: Partial<BenchmarkSettings> = {}): BenchmarkSettings {
  return BenchmarkSettings.create({
    task: { task: 'micro', split: 'test', limit: PROBLEMS },
    checkpoint: { path: checkpoint },
    samplesPerProblem: SAMPLES,
    condition: Condition.GOOD,
    sampling: { temperature: 1, maxNewTokens: 8 },
    ks: [1, 4],
    seed: 3n,
    ...fields,
  });
}

async function untilEnd(
  client: Client,
  name: string,
  each: (run: BenchmarkRun) => void = () => {},
): Promise<BenchmarkRun> {
  let last: BenchmarkRun | undefined;
  for await (const { benchmarkRun } of client.watchBenchmarkRun({ name })) each((last = benchmarkRun!));
  return last!;
}

const scored = async (client: Client, fields: Partial<BenchmarkSettings> = {}): Promise<BenchmarkRun> =>
  untilEnd(client, (await client.createBenchmarkRun({ settings: settings(fields), requestId: '' })).name);

const linesOf = (run: BenchmarkRun, file: string): Record<string, unknown>[] =>
  readFileSync(join(run.storePath, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const keysOf = (run: BenchmarkRun, file: string): string[] =>
  linesOf(run, file).map(({ problemId, sampleIndex }) => `${String(problemId)}#${String(sampleIndex)}`);

describe('a run', () => {
  test('goes from queued over running to its figures, and leaves its files', async () => {
    const { client } = await start();
    const created = await client.createBenchmarkRun({ settings: settings(), requestId: '' });
    expect(created).toMatchObject({ state: BenchmarkRun_State.QUEUED, problemsTotal: PROBLEMS, problemsDone: 0 });
    expect(created.settings?.checkpoint?.digest).toMatch(/^sha256:/);
    const seen: BenchmarkRun[] = [];
    const run = await untilEnd(client, created.name, (each) => seen.push(each));
    expect(run).toMatchObject({ state: BenchmarkRun_State.SUCCEEDED, problemsDone: PROBLEMS, error: undefined });
    expect(seen.map(({ problemsDone }) => problemsDone)).toEqual(
      seen.map(({ problemsDone }) => problemsDone).toSorted((a, b) => a - b),
    );
    expect(run.startTime!.getTime()).toBeGreaterThanOrEqual(run.createTime!.getTime());
    expect(run.endTime!.getTime()).toBeGreaterThanOrEqual(run.startTime!.getTime());

    const solutions = linesOf(run, 'solutions.jsonl');
    const passed = solutions.filter(({ text }) => (text as string).length % 2 === 0).length;
    const result = run.result!;
    expect(result).toMatchObject({
      problems: PROBLEMS,
      samples: PROBLEMS * SAMPLES,
      weightsDigest: created.settings!.checkpoint!.digest,
    });
    expect(result.passAtK.map(({ k }) => k)).toEqual([1, 4]);
    expect(result.passAtK[0]!.estimate).toBeCloseTo(passed / (PROBLEMS * SAMPLES), 12);
    for (const { low, estimate, high } of result.passAtK) expect(low <= estimate && estimate <= high).toBe(true);
    expect(result.outcomes).toEqual([
      { outcome: Outcome.PASSED, count: passed },
      { outcome: Outcome.SYNTAX_ERROR, count: PROBLEMS * SAMPLES - passed },
    ]);
    expect(result.phases.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['sample', 'evaluate']));
    expect(keysOf(run, 'evaluations.jsonl')).toEqual(keysOf(run, 'solutions.jsonl'));
    expect(new Set(keysOf(run, 'solutions.jsonl')).size).toBe(PROBLEMS * SAMPLES);
    expect(
      solutions.every(({ weightsDigest, condition }) => weightsDigest === result.weightsDigest && condition === 'good'),
    ).toBe(true);
    expect(existsSync(join(run.storePath, 'result.json'))).toBe(true);
    expect(await client.getBenchmarkRun({ name: run.name })).toEqual(run);
  });

  test('keeps the absolute folder of a checkpoint that was named by a relative path', async () => {
    const { client } = await start();
    const named = { path: relative(process.cwd(), checkpoint), digest: '' };
    const created = await client.createBenchmarkRun({ settings: settings({ checkpoint: named }), requestId: '' });
    expect(created.settings?.checkpoint?.path).toBe(checkpoint);
    await client.cancelBenchmarkRun({ name: created.name });
  });

  test('is made once for one request id, and listed newest first', async () => {
    const { client } = await start();
    const first = await client.createBenchmarkRun({ settings: settings(), requestId: 'a' });
    const again = await client.createBenchmarkRun({ settings: settings(), requestId: 'a' });
    expect(again.name).toBe(first.name);
    await untilEnd(client, first.name);
    const second = await client.createBenchmarkRun({ settings: settings({ seed: 4n }), requestId: '' });
    await untilEnd(client, second.name);
    const page = await client.listBenchmarkRuns({ pageSize: 1, pageToken: '' });
    const rest = await client.listBenchmarkRuns({ pageSize: 1, pageToken: page.nextPageToken });
    expect([...page.benchmarkRuns, ...rest.benchmarkRuns].map(({ name }) => name)).toEqual([second.name, first.name]);
    expect(rest.nextPageToken).toBe('');
  });

  test('that cannot be read is left out of the list and says so itself', async () => {
    const { client } = await start();
    const whole = await scored(client);
    const broken = await scored(client, { seed: 4n });
    writeFileSync(join(broken.storePath, 'run.json'), '{"value": {"state": "STATE_SUCCEEDED"}}');
    const { benchmarkRuns } = await client.listBenchmarkRuns({ pageSize: 0, pageToken: '' });
    expect(benchmarkRuns.map(({ name }) => name)).toEqual([whole.name]);
    await expect(client.getBenchmarkRun({ name: broken.name })).rejects.toMatchObject({ code: 'DATA_LOSS' });
  });

  test('gives the same figures for the same settings', async () => {
    const { client } = await start();
    const [a, b] = [await scored(client), await scored(client)];
    expect(b.result!.passAtK).toEqual(a.result!.passAtK);
    expect(b.result!.outcomes).toEqual(a.result!.outcomes);
  });

  test('is scored on its own weights although somebody loads others', async () => {
    const { client } = await start();
    judgeDelayMs = 5;
    const loader = createClient(GeneratorServiceClient, addresses.generatorAddress);
    closers.push(() => loader.close());
    const created = await client.createBenchmarkRun({
      settings: settings({ samplesPerProblem: 64, ks: [1] }),
      requestId: '',
    });
    let loads = 0;
    const run = await untilEnd(client, created.name, ({ problemsDone }) => {
      if (problemsDone < 1 || loads > 0) return;
      loads++;
      void loader.loadCheckpoint({ checkpoint: { path: otherCheckpoint, digest: '' } });
    });
    expect(run.state).toBe(BenchmarkRun_State.SUCCEEDED);
    const digests = new Set(linesOf(run, 'solutions.jsonl').map(({ weightsDigest }) => weightsDigest));
    expect([...digests]).toEqual([created.settings!.checkpoint!.digest]);
  });

  test('waits for an evaluator that is not there yet', async () => {
    const port = await freePort();
    const waiting = Promise.withResolvers<void>();
    const log = createLogger({
      name: 'test',
      stream: { write: (line) => void (line.includes('"event":"waiting"') && waiting.resolve()) },
    });
    const { client } = await start(undefined, { evaluatorAddress: `127.0.0.1:${port}` }, log);
    const created = await client.createBenchmarkRun({ settings: settings(), requestId: '' });
    await waiting.promise;
    expect((await client.getBenchmarkRun({ name: created.name })).state).toBe(BenchmarkRun_State.RUNNING);
    const late = await startEvaluator(`127.0.0.1:${port}`);
    closers.push(() => late.close());
    const run = await untilEnd(client, created.name);
    expect(run.state).toBe(BenchmarkRun_State.SUCCEEDED);
    expect(run.result!.phases.find(({ phase }) => phase === 'wait')?.seconds).toBeGreaterThan(0);
  });

  test('fails with a status when the evaluator refuses its programs', async () => {
    const { client } = await start();
    const run = await scored(client, {
      limits: { cpuTime: undefined, wallTime: undefined, memoryBytes: 0n, outputBytes: 0n, processes: 99 },
    });
    expect(run.state).toBe(BenchmarkRun_State.FAILED);
    expect(run.error?.message).toContain('limits.processes must be at most 64, got 99');
  });

  test('ends when it is cancelled, queued or running', async () => {
    const { client } = await start();
    judgeDelayMs = 200;
    const running = await client.createBenchmarkRun({ settings: settings(), requestId: '' });
    const queued = await client.createBenchmarkRun({ settings: settings(), requestId: '' });
    const cancelled = BenchmarkRun_State.CANCELLED;
    expect((await client.cancelBenchmarkRun({ name: queued.name })).state).toBe(cancelled);
    expect((await client.cancelBenchmarkRun({ name: running.name })).state).toBe(cancelled);
    expect((await untilEnd(client, running.name)).state).toBe(cancelled);
    expect((await client.cancelBenchmarkRun({ name: running.name })).state).toBe(cancelled);
    judgeDelayMs = 0;
    expect((await scored(client)).state).toBe(BenchmarkRun_State.SUCCEEDED);
    expect((await client.getBenchmarkRun({ name: queued.name })).startTime).toBeUndefined();
  });
});

describe('an interrupted run', () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));

  async function startProcess(store: string): Promise<{ child: ChildProcess; client: Client }> {
    const { generatorAddress, evaluatorAddress } = addresses;
    const port = await freePort();
    const flags = [
      '--address',
      `127.0.0.1:${port}`,
      '--store',
      store,
      '--generator-address',
      generatorAddress,
      '--evaluator-address',
      evaluatorAddress,
    ];
    const child = fork(main, flags, { stdio: 'ignore', execArgv: [] });
    closers.push(() => child.kill('SIGKILL'));
    const client = clientAt(port);
    await client.waitUntilServing({ timeoutMs: 30_000 });
    return { child, client };
  }

  test('goes on after its last finished problem when the process is killed, with the same figures', async () => {
    const reference = await scored((await start()).client);
    const store = join(root, 'killed');
    const first = await startProcess(store);
    judgeDelayMs = 20;
    judged.length = 0;
    const { name } = await first.client.createBenchmarkRun({ settings: settings(), requestId: '' });
    for await (const { benchmarkRun } of first.client.watchBenchmarkRun({ name })) {
      if (benchmarkRun!.problemsDone >= 3) break;
    }
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const doneBefore = readFileSync(join(store, 'benchmarks', name.split('/')[1]!, 'groups.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { problemId: string }).problemId);
    expect(doneBefore.length).toBeGreaterThanOrEqual(3);
    await sleep(100); // what the evaluator had under way ends
    judged.length = 0;
    judgeDelayMs = 0;
    const second = await startProcess(store);
    const run = await untilEnd(second.client, name);
    expect(run).toMatchObject({ state: BenchmarkRun_State.SUCCEEDED, problemsDone: PROBLEMS });
    expect(run.result!.passAtK).toEqual(reference.result!.passAtK);
    expect(run.result!.outcomes).toEqual(reference.result!.outcomes);
    expect(keysOf(run, 'solutions.jsonl').toSorted()).toEqual(keysOf(reference, 'solutions.jsonl').toSorted());
    expect(keysOf(run, 'evaluations.jsonl').toSorted()).toEqual(keysOf(reference, 'solutions.jsonl').toSorted());
    for (const problemId of doneBefore) expect(judged.filter((id) => id.startsWith(`${problemId}/`))).toEqual([]);
    second.child.kill('SIGTERM');
    expect((await once(second.child, 'exit'))[0]).toBe(0);
  });

  test('a second process does not touch the store', async () => {
    const { store } = await start();
    await expect(start(store)).rejects.toThrow('only one process may write');
  });
});

describe('CreateBenchmarkRun', () => {
  const BAD: readonly [string, () => Partial<BenchmarkSettings>, object][] = [
    [
      'an unknown task',
      () => ({ task: { task: 'nope', split: 'test', dataFolder: '', limit: 0 } }),
      { code: 'INVALID_ARGUMENT', violations: [{ field: 'settings.task.task' }] },
    ],
    [
      'an unknown split',
      () => ({ task: { task: 'micro', split: 'nope', dataFolder: '', limit: 0 } }),
      { code: 'INVALID_ARGUMENT', violations: [{ field: 'settings.task.split' }] },
    ],
    [
      'missing data',
      () => ({ task: { task: 'mbpp', split: 'test', dataFolder: root, limit: 0 } }),
      { code: 'NOT_FOUND', reason: 'TASK_DATA_NOT_FOUND' },
    ],
    [
      'a missing checkpoint',
      () => ({ checkpoint: { path: join(root, 'none'), digest: '' } }),
      { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' },
    ],
    [
      'a folder without a model',
      () => ({ checkpoint: { path: root, digest: '' } }),
      { code: 'NOT_FOUND', reason: 'CHECKPOINT_NOT_FOUND' },
    ],
    [
      'a checkpoint without tokenizer',
      () => {
        const path = join(root, 'no-tokenizer');
        cpSync(checkpoint, path, { recursive: true });
        rmSync(join(path, 'tokenizer.json'));
        return { checkpoint: { path, digest: '' } };
      },
      { code: 'INVALID_ARGUMENT', violations: [{ field: 'settings.checkpoint.path' }] },
    ],
    [
      'another digest',
      () => ({ checkpoint: { path: checkpoint, digest: `sha256:${'0'.repeat(64)}` } }),
      { code: 'FAILED_PRECONDITION' },
    ],
    [
      'n = 0',
      () => ({ samplesPerProblem: 0, ks: [] }),
      { code: 'INVALID_ARGUMENT', violations: [{ field: 'settings.samples_per_problem' }] },
    ],
    ['k above n', () => ({ ks: [1, 5] }), { code: 'INVALID_ARGUMENT', violations: [{ field: 'settings.ks[1]' }] }],
  ];
  test.each(BAD)('refuses %s', async (_name, fields, expected) => {
    const { client } = await start();
    await expect(client.createBenchmarkRun({ settings: settings(fields()), requestId: '' })).rejects.toMatchObject(
      expected,
    );
    expect((await client.listBenchmarkRuns({ pageSize: 0, pageToken: '' })).benchmarkRuns).toEqual([]);
  });

  test('refuses an ill-formed request id and name', async () => {
    const { client } = await start();
    await expect(client.createBenchmarkRun({ settings: settings(), requestId: 'a b' })).rejects.toMatchObject({
      violations: [{ field: 'request_id' }],
    });
    await expect(client.getBenchmarkRun({ name: 'x' })).rejects.toMatchObject({ violations: [{ field: 'name' }] });
    await expect(client.getBenchmarkRun({ name: 'benchmarkRuns/none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const stream = client.watchBenchmarkRun({ name: 'benchmarkRuns/none' });
    await expect(stream.next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('CompareBenchmarkRuns tells the difference over shared problems', async () => {
  const { client } = await start();
  const base = await scored(client);
  const other = await scored(client, { checkpoint: { path: otherCheckpoint, digest: '' } });
  const same = await client.compareBenchmarkRuns({ base: base.name, other: base.name });
  expect(same).toEqual({ problems: PROBLEMS, difference: 0, low: 0, high: 0 });
  const difference = await client.compareBenchmarkRuns({ base: base.name, other: other.name });
  const of = (run: BenchmarkRun): number => run.result!.passAtK[0]!.estimate;
  expect(difference.difference).toBeCloseTo(of(other) - of(base), 12);
  expect(difference.low <= difference.difference && difference.difference <= difference.high).toBe(true);
  const elsewhere = await scored(client, { task: { task: 'micro', split: 'validation', dataFolder: '', limit: 2 } });
  await expect(client.compareBenchmarkRuns({ base: base.name, other: elsewhere.name })).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    reason: 'RUNS_NOT_COMPARABLE',
  });
});

test('ListTasks says what there is', async () => {
  const { client } = await start();
  const { tasks } = await client.listTasks({});
  expect(tasks.find(({ task }) => task === 'micro')).toMatchObject({ available: true });
  expect(tasks.find(({ task }) => task === 'mbpp')).toMatchObject({ available: false });
});
