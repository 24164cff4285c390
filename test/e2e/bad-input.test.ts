import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BenchmarkServiceClient,
  type BenchmarkSettings,
  Condition,
  CreateTrainingRunRequest,
  EvaluatorServiceClient,
  GeneratorServiceClient,
  Program,
  SampleSolutionsRequest,
  SamplingParameters,
  TrainerServiceClient,
  TrainingSettings,
} from '@leti/proto';
import { createClient, RpcError } from '@leti/rpc';
import { microBaseCheckpointFolder } from '@leti/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFolders } from './testing/run-folder.ts';
import { type RunningLeti, runLeti, serviceMain, startLeti, written } from './testing/leti.ts';

/*
 * What users get wrong: each mistake is one clear message and exit code on the command line, the right status with the
 * field's path on the wire, and leaves no run behind.
 */

let folder = '';
let services: RunningLeti;
let addresses: Readonly<Record<'generator' | 'evaluator' | 'trainer' | 'benchmark', string>>;
let blocker: Server;
let blockedPort = 0;

const at = (name: string): string => join(folder, name);
const store = (): string => at('store');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-bad-input-'));
  await cp(microBaseCheckpointFolder(), at('no-tokenizer'), { recursive: true });
  await rm(at('no-tokenizer/tokenizer.json'));
  await mkdir(at('empty'));
  await writeFile(at('wrong-key.yaml'), 'problems:\n  task: micro\niteratons: 2\n');
  await writeFile(
    at('wrong-values.yaml'),
    'problems: { task: micro }\nsamplesPerProblem: 0\nsampling:\n  temperature: -1\n',
  );
  await writeFile(at('unknown-task.yaml'), 'problems: { task: codeforces }\n');
  await writeFile(at('mbpp.yaml'), 'problems: { task: mbpp, split: train }\n');
  await writeFile(
    at('no-tokenizer.yaml'),
    `problems: { task: micro }\nbaseCheckpoint: { path: ${at('no-tokenizer')} }\n`,
  );
  await writeFile(
    at('no-corpus.yaml'),
    `problems: { task: micro }\npretrainingMix: { ratio: 1, corpus: ${at('none')} }\n`,
  );
  await writeFile(at('solution.py'), 'def one():\n    return 1\n');
  blocker = createServer();
  await new Promise<void>((listening) => blocker.listen(0, '127.0.0.1', listening));
  blockedPort = (blocker.address() as { port: number }).port;
  services = startLeti(['up', '--base-port', '0', '--store', store(), '--json']);
  const all = await written(services, '"state":"up"');
  const up = all.split('\n').find((line) => line.startsWith('{"state":"up"')) ?? '';
  ({ addresses } = JSON.parse(up) as { addresses: typeof addresses });
}, 120_000);

afterAll(async () => {
  services.child.kill('SIGTERM');
  expect((await services.done).status).toBe(0);
  blocker.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface BadCommand {
  readonly fact: string;
  /** `leti` finds the services through the store. */
  readonly args: () => readonly string[];
  readonly status: number;
  readonly says: readonly RegExp[];
}

const command = (fact: string, args: BadCommand['args'], status: number, ...says: readonly RegExp[]): BadCommand => ({
  fact,
  args,
  status,
  says,
});

const COMMANDS: readonly BadCommand[] = [
  command('an unknown command', () => ['trian'], 2, /unknown command 'trian'/),
  command('an unknown flag', () => ['benchmark', '--task', 'micro', '--smaples', '3'], 2, /unknown option '--smaples'/),
  command(
    'an unknown task',
    () => ['benchmark', '--task', 'codeforces'],
    2,
    /--task .*micro, unfamiliar, mbpp, humaneval.*codeforces/,
  ),
  command(
    'an unknown task in a file',
    () => ['train', '--config', at('unknown-task.yaml')],
    2,
    /problems\.task .*micro, unfamiliar, mbpp, humaneval.*codeforces/,
  ),
  command(
    'an unknown split',
    () => ['benchmark', '--task', 'micro', '--split', 'tset'],
    2,
    /--split .*train, validation, test.*tset/,
  ),
  command(
    'missing data',
    () => ['benchmark', '--task', 'mbpp', '--data', at('empty')],
    2,
    /no file .*mbpp\.jsonl.*Get mbpp\.jsonl/,
  ),
  command(
    'missing data for training',
    () => ['train', '--config', at('mbpp.yaml'), '--data', at('empty')],
    2,
    /no file .*mbpp\.jsonl/,
  ),
  command('a missing file', () => ['train', '--config', at('none.yaml')], 2, /none\.yaml: no such file/),
  command(
    'a wrong YAML key',
    () => ['train', '--config', at('wrong-key.yaml')],
    2,
    /wrong-key\.yaml:3:1 iteratons: unknown key; did you mean iterations\?/,
  ),
  command(
    'n = 0 and a negative temperature in a file, both told',
    () => ['train', '--config', at('wrong-values.yaml')],
    2,
    /wrong-values\.yaml:2:20 samplesPerProblem: .*1, got 0/,
    /wrong-values\.yaml:4:16 sampling\.temperature: .*0, got -1/,
  ),
  command('n = 0 as a flag', () => ['sample', '--prompt', 'x', '-n', '0'], 2, /--n.*'0' is invalid.*from 1 to 1024/),
  command(
    'a negative temperature as a flag',
    () => ['sample', '--prompt', 'x', '--temperature', '-1'],
    2,
    /--temperature.*'-1' is invalid.*from 0 to 10/,
  ),
  command(
    'a checkpoint without tokenizer',
    () => ['sample', '--prompt', 'x', '--checkpoint', at('no-tokenizer')],
    2,
    /--checkpoint.* .*tokenizer\.json/,
  ),
  command(
    'a checkpoint without tokenizer, for training',
    () => ['train', '--config', at('no-tokenizer.yaml')],
    2,
    /baseCheckpoint\.path .*tokenizer\.json/,
  ),
  command(
    'a checkpoint that is not there',
    () => ['benchmark', '--task', 'micro', '--checkpoint', at('none')],
    2,
    /none/,
  ),
  command('a corpus that is not there', () => ['train', '--config', at('no-corpus.yaml')], 2, /none/),
  command('k above n', () => ['benchmark', '--task', 'micro', '-n', '2', '--k', '3'], 2, /--k.*2.*got 3/),
  command('neither prompt nor task', () => ['sample'], 2, /expected one of --prompt, --prompt-file and --task/),
  command('no tests', () => ['evaluate', at('solution.py')], 2, /expected tests/),
  command('a run that is not there', () => ['runs', 'show', 'nobody'], 2, /nobody/),
  command('a run name of another form', () => ['runs', 'show', 'a/b/c'], 2, /NAME: expected trainingRuns\/ID/),
];

describe('leti', { timeout: 60_000 }, () => {
  test.concurrent.each(COMMANDS)('$fact', async ({ args, status, says }) => {
    const stored = ['sample', 'train', 'benchmark', 'evaluate', 'runs'].includes(args()[0] ?? '');
    const result = await runLeti([...args(), ...(stored ? ['--store', store()] : [])]);
    expect(result.status, result.stderr).toBe(status);
    for (const each of says) expect(result.stderr).toMatch(each);
    expect(result.stderr).not.toMatch(/^\s+at .*\(|unexpected:/m);
    expect(result.stdout).toBe('');
  });

  test('a port in use, for leti', async () => {
    const result = await runLeti([
      'up',
      '--store',
      at('other'),
      '--trainer-address',
      `127.0.0.1:${blockedPort}`,
      '--base-port',
      '0',
    ]);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain(`expected free ports, but in use: 127.0.0.1:${blockedPort} (trainer)`);
  });

  test.each(['evaluator', 'generator', 'trainer', 'benchmark'])('a port in use, for the %s itself', async (service) => {
    const args = ['--address', `127.0.0.1:${blockedPort}`];
    const owned = service === 'trainer' || service === 'benchmark' ? ['--store', at('own')] : [];
    const result = await runLeti([...args, ...owned], { program: serviceMain(service) });
    expect(result.status, result.stdout + result.stderr).toBe(1);
    expect(result.stdout + result.stderr).toMatch(new RegExp(`in use.*${blockedPort}|${blockedPort}.*in use`));
  });

  test('a store that another leti serves', async () => {
    const result = await runLeti(['up', '--store', store(), '--base-port', '0']);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain(`but process ${services.child.pid} on ${hostname()} serves ${store()}`);
  });

  test('with --json the error is on stdout too', async () => {
    const { stdout } = await runLeti(['runs', 'show', 'nobody', '--json', '--store', store()]);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'NOT_FOUND', message: expect.stringContaining('nobody') },
    });
  });
});

const sampling = (temperature: number) => SamplingParameters.create({ temperature, maxNewTokens: 8 });

const trainingRequest = (change: Partial<TrainingSettings>, task = 'micro'): CreateTrainingRunRequest =>
  CreateTrainingRunRequest.fromPartial({
    settings: TrainingSettings.fromPartial({
      problems: { source: { $case: 'task', value: { task, split: 'train', limit: 2 } } },
      baseCheckpoint: { path: 'micro-base' },
      iterations: 1,
      samplesPerProblem: 1,
      sampling: sampling(1),
      ...change,
    }),
  });

const benchmarkSettings = (change: Partial<BenchmarkSettings>): BenchmarkSettings => ({
  task: { task: 'micro', split: 'test', dataFolder: '', limit: 2 },
  checkpoint: { path: 'micro-base', digest: '' },
  samplesPerProblem: 1,
  condition: Condition.NONE,
  sampling: sampling(1),
  ks: [1],
  limits: undefined,
  seed: 0n,
  ...change,
});

const sampleRequest = (change: Partial<SampleSolutionsRequest>): SampleSolutionsRequest =>
  SampleSolutionsRequest.fromPartial({
    problems: [{ problemId: 'p', prompt: 'def' }],
    samplesPerProblem: 1,
    sampling: sampling(1),
    ...change,
  });

const program = (change: Partial<Program>): Program =>
  Program.fromPartial({ programId: 'p', solution: 'x = 1', tests: ['assert x == 1'], ...change });

type Call = () => Promise<unknown>;

const train = (request: CreateTrainingRunRequest): Promise<unknown> =>
  createClient(TrainerServiceClient, addresses.trainer).createTrainingRun(request);
const benchmark = (change: Partial<BenchmarkSettings>): Promise<unknown> =>
  createClient(BenchmarkServiceClient, addresses.benchmark).createBenchmarkRun({
    settings: benchmarkSettings(change),
    requestId: '',
  });
const sample = (change: Partial<SampleSolutionsRequest>): Promise<unknown> =>
  createClient(GeneratorServiceClient, addresses.generator).sampleSolutions(sampleRequest(change)).next();
const evaluate = (change: Partial<Program>): Promise<unknown> =>
  createClient(EvaluatorServiceClient, addresses.evaluator).evaluateProgram({ program: program(change) });

interface BadCall {
  readonly fact: string;
  readonly call: Call;
  readonly code: string;
  /** Paths of the fields that the error names, for INVALID_ARGUMENT. */
  readonly fields: readonly string[];
}

const badCall = (fact: string, call: Call, code: string, ...fields: readonly string[]): BadCall => ({
  fact,
  call,
  code,
  fields,
});

const CALLS: readonly BadCall[] = [
  badCall(
    'an unknown task',
    () => train(trainingRequest({}, 'codeforces')),
    'INVALID_ARGUMENT',
    'settings.problems.task.task',
  ),
  badCall(
    'no problems',
    () => train(trainingRequest({ problems: undefined })),
    'INVALID_ARGUMENT',
    'settings.problems',
  ),
  badCall(
    'n = 0',
    () => train(trainingRequest({ samplesPerProblem: 0 })),
    'INVALID_ARGUMENT',
    'settings.samples_per_problem',
  ),
  badCall(
    'a negative temperature',
    () => train(trainingRequest({ sampling: sampling(-1) })),
    'INVALID_ARGUMENT',
    'settings.sampling.temperature',
  ),
  badCall('missing data', () => train(trainingRequest({}, 'mbpp')), 'NOT_FOUND'),
  badCall(
    'a checkpoint without tokenizer',
    () => train(trainingRequest({ baseCheckpoint: { path: at('no-tokenizer'), digest: '' } })),
    'INVALID_ARGUMENT',
    'settings.base_checkpoint.path',
  ),
  badCall(
    'another digest',
    () => train(trainingRequest({ baseCheckpoint: { path: 'micro-base', digest: `sha256:${'0'.repeat(64)}` } })),
    'FAILED_PRECONDITION',
  ),
  badCall(
    'an unknown task to score',
    () => benchmark({ task: { task: 'x', split: 'test', dataFolder: '', limit: 0 } }),
    'INVALID_ARGUMENT',
    'settings.task.task',
  ),
  badCall(
    'n = 0 to score',
    () => benchmark({ samplesPerProblem: 0 }),
    'INVALID_ARGUMENT',
    'settings.samples_per_problem',
  ),
  badCall('k above n', () => benchmark({ ks: [2] }), 'INVALID_ARGUMENT', 'settings.ks[0]'),
  badCall('n = 0 to sample', () => sample({ samplesPerProblem: 0 }), 'INVALID_ARGUMENT', 'samples_per_problem'),
  badCall(
    'a negative temperature to sample',
    () => sample({ sampling: sampling(-1) }),
    'INVALID_ARGUMENT',
    'sampling.temperature',
  ),
  badCall('no problems to sample', () => sample({ problems: [] }), 'INVALID_ARGUMENT', 'problems'),
  badCall(
    'a checkpoint without tokenizer to load',
    () =>
      createClient(GeneratorServiceClient, addresses.generator).loadCheckpoint({
        checkpoint: { path: at('no-tokenizer'), digest: '' },
      }),
    'INVALID_ARGUMENT',
    'checkpoint.path',
  ),
  badCall(
    'a negative limit to evaluate',
    () =>
      evaluate({
        limits: {
          cpuTime: { seconds: -1n, nanos: 0 },
          wallTime: undefined,
          memoryBytes: 0n,
          outputBytes: 0n,
          processes: 0,
        },
      }),
    'INVALID_ARGUMENT',
    'program.limits.cpu_time',
  ),
];

describe('the services', () => {
  test.each(CALLS)('answer $fact with $code', async ({ call, code, fields }) => {
    const error: unknown = await call().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RpcError);
    const { code: actual, violations, message } = error as RpcError;
    expect(actual, message).toBe(code);
    expect(violations.map(({ field }) => field)).toEqual(expect.arrayContaining([...fields]));
  });

  test('keep the loaded model and made no run of all this', async () => {
    const generator = createClient(GeneratorServiceClient, addresses.generator);
    expect((await generator.getModel({})).checkpoint?.path).toBe('micro-base');
    for (const kind of ['runs', 'benchmarks'] as const) {
      expect(await runFolders(store(), kind)).toEqual([]);
    }
  });
});
