import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingSettings } from '@leti/proto';
import { RpcError } from '@leti/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY_CHECKPOINT } from './testing/run-fixture.ts';
import { createRequest, TrainerFixture } from './testing/trainer-fixture.ts';

let fixture: TrainerFixture;
let folder: string;

beforeAll(async () => {
  fixture = await TrainerFixture.create();
  await fixture.start();
  folder = join(fixture.store, 'input');
  await mkdir(folder);
  for (const name of ['no-tokenizer', 'no-special', 'no-config', 'other-model', 'no-json', 'no-weights'])
    await cp(TINY_CHECKPOINT, join(folder, name), { recursive: true });
  await rm(join(folder, 'no-tokenizer', 'tokenizer.json'));
  await mkdir(join(folder, 'empty'));
  await rm(join(folder, 'no-weights', 'model.safetensors'));
  await rm(join(folder, 'no-config', 'config.json'));
  await writeFile(join(folder, 'other-model', 'config.json'), '{"model_type": "other"}');
  await writeFile(join(folder, 'no-json', 'config.json'), '{');
  const tokenizer = { model: { type: 'BPE', vocab: { a: 0 }, merges: [] }, added_tokens: [] };
  await writeFile(join(folder, 'no-special', 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(folder, 'no-corpus.jsonl'), '{"code": "x"}\n');
});
afterAll(() => fixture.remove());

const { settings: valid } = createRequest();
const task = (fields: object): Partial<TrainingSettings> => ({
  problems: {
    source: { $case: 'task', value: { task: 'micro', split: 'train', dataFolder: '', limit: 1, ...fields } },
  },
});
const base = (name: string, digest = ''): Partial<TrainingSettings> => ({
  baseCheckpoint: { path: join(folder, name), digest },
});
const corpus = (name: string): Partial<TrainingSettings> => ({
  pretrainingMix: { ...valid!.pretrainingMix!, ratio: 1, corpus: join(folder, name) },
});
const INVALID = 'INVALID_ARGUMENT';

/** What is wrong, the settings, the status, and the field or, for other codes, the reason. */
const CASES: [string, () => Partial<TrainingSettings>, string, string, RegExp][] = [
  ['n = 0', () => ({ samplesPerProblem: 0 }), INVALID, 'settings.samples_per_problem', /must be >= 1, got 0/],
  ['n = 1025', () => ({ samplesPerProblem: 1025 }), INVALID, 'settings.samples_per_problem', /must be <= 1024/],
  ['no iteration', () => ({ iterations: 0 }), INVALID, 'settings.iterations', /must be >= 1, got 0/],
  [
    'a negative temperature',
    () => ({ sampling: { ...valid.sampling!, temperature: -1 } }),
    INVALID,
    'settings.sampling.temperature',
    /got -1/,
  ],
  [
    'prompts that leave no room',
    () => ({ sampling: { ...valid.sampling!, maxNewTokens: 60 } }),
    INVALID,
    'settings.sampling.max_new_tokens',
    /model's 64 positions/,
  ],
  ['no problems', () => ({ problems: undefined }), INVALID, 'settings.problems', /must be set/],
  ['an unknown task', () => task({ task: 'macro' }), INVALID, 'settings.problems.task.task', /micro,.* mbpp.*'macro'/],
  ['an unknown split', () => task({ split: 'dev' }), INVALID, 'settings.problems.task.split', /'dev'/],
  ['data nobody named', () => task({ task: 'mbpp' }), 'NOT_FOUND', 'TASK_DATA_NOT_FOUND', /mbpp/],
  [
    'data that is not there',
    () => task({ task: 'mbpp', dataFolder: '/none' }),
    'NOT_FOUND',
    'TASK_DATA_NOT_FOUND',
    /\/none\/mbpp\/mbpp\.jsonl/,
  ],
  ['no checkpoint', () => base('none'), 'NOT_FOUND', 'CHECKPOINT_NOT_FOUND', /input\/none/],
  [
    'another digest',
    () => base('no-json', `sha256:${'0'.repeat(64)}`),
    'FAILED_PRECONDITION',
    'CHECKPOINT_DIGEST_MISMATCH',
    /0{64}/,
  ],
  [
    'a checkpoint without tokenizer',
    () => base('no-tokenizer'),
    INVALID,
    'settings.base_checkpoint.path',
    /tokenizer\.json/,
  ],
  ['a tokenizer without special tokens', () => base('no-special'), INVALID, 'settings.base_checkpoint.path', /<\|/],
  ['a folder without a model', () => base('empty'), 'NOT_FOUND', 'CHECKPOINT_NOT_FOUND', /empty\/config\.json/],
  ['a checkpoint without weights', () => base('no-weights'), 'NOT_FOUND', 'CHECKPOINT_NOT_FOUND', /model\.safetensors/],
  ['a checkpoint without config', () => base('no-config'), 'NOT_FOUND', 'CHECKPOINT_NOT_FOUND', /config\.json/],
  ['another architecture', () => base('other-model'), INVALID, 'settings.base_checkpoint.path', /other/],
  ['a config that is no JSON', () => base('no-json'), INVALID, 'settings.base_checkpoint.path', /want JSON/],
  ['no corpus', () => corpus('none.jsonl'), 'NOT_FOUND', 'CORPUS_NOT_FOUND', /none\.jsonl/],
  ['a file that is no corpus', () => corpus('no-corpus.jsonl'), INVALID, 'settings.pretraining_mix.corpus', /line 1/],
  [
    'an unnamed corpus',
    () => ({ pretrainingMix: { ...valid!.pretrainingMix!, ratio: 1 } }),
    INVALID,
    'settings.pretraining_mix.corpus',
    /must name/,
  ],
];

test.each(CASES)('%s is refused', async (_, settings, code, place, message) => {
  const error = await fixture.client
    .createTrainingRun({ settings: { ...valid, ...settings() }, requestId: '' })
    .catch((e: unknown) => e);
  if (!(error instanceof RpcError)) throw new Error('want the call to fail');
  const places = error.violations.length === 0 ? [error.reason] : error.violations.map(({ field }) => field);
  expect([error.code, places]).toEqual([code, [place]]);
  expect(error.message).toMatch(message);
});

test('everything that is wrong is told at once, with its place', async () => {
  const settings = {
    ...valid,
    ...task({ task: 'macro' }),
    ...base('no-tokenizer'),
    ...corpus('none.jsonl'),
  };
  const placesOf = async (changed: Partial<TrainingSettings>) => {
    const call = fixture.client.createTrainingRun({ settings: { ...settings, ...changed }, requestId: '' });
    const error = await call.catch((e: unknown) => e);
    if (!(error instanceof RpcError)) throw new Error('want the call to fail');
    return [error.code, ...error.violations.map(({ field }) => field)];
  };
  const looked = ['settings.problems.task.task', 'settings.base_checkpoint.path', 'settings.pretraining_mix.corpus'];
  expect(await placesOf({})).toEqual([INVALID, ...looked]);
  expect(await placesOf({ problems: undefined })).toEqual([INVALID, 'settings.problems', ...looked.slice(1)]);
  expect(await placesOf({ baseCheckpoint: { path: '', digest: '' } })).toEqual([
    INVALID,
    'settings.base_checkpoint.path',
    'settings.problems.task.task',
    'settings.pretraining_mix.corpus',
  ]);
});

test('nothing is left of what was refused', async () => {
  await expect(
    fixture.client.createTrainingRun({ settings: { ...valid, iterations: 0 }, requestId: '' }),
  ).rejects.toThrow('settings.iterations');
  expect((await readdir(join(fixture.store, 'runs'))).filter((name) => !/lock|^\./.test(name))).toEqual([]);
});

describe('names, pages and numbers', () => {
  const page = (fields: object) => fixture.client.listTrainingRuns({ pageSize: 0, pageToken: '', ...fields });
  const watch = async (fields: object) => {
    const events = fixture.client.watchTrainingRun({ name: 'trainingRuns/x', afterEventNumber: 0n, ...fields });
    for await (const _ of events) continue;
  };
  test.each<[string, () => Promise<unknown>, string, string]>([
    ['a name of another form', () => fixture.client.getTrainingRun({ name: 'x' }), INVALID, 'name'],
    ['an unknown run', () => fixture.client.getTrainingRun({ name: 'trainingRuns/x' }), 'NOT_FOUND', 'RUN_NOT_FOUND'],
    ['an unknown run to watch', () => watch({}), 'NOT_FOUND', 'RUN_NOT_FOUND'],
    [
      'an unknown run to cancel',
      () => fixture.client.cancelTrainingRun({ name: 'trainingRuns/x' }),
      'NOT_FOUND',
      'RUN_NOT_FOUND',
    ],
    [
      'an unknown run to resume',
      () => fixture.client.resumeTrainingRun({ name: 'trainingRuns/x' }),
      'NOT_FOUND',
      'RUN_NOT_FOUND',
    ],
    ['a negative event number', () => watch({ afterEventNumber: -1n }), INVALID, 'after_event_number'],
    ['a negative page size', () => page({ pageSize: -1 }), INVALID, 'page_size'],
    ['a page size above 1000', () => page({ pageSize: 1001 }), INVALID, 'page_size'],
    ['a made-up page token', () => page({ pageToken: 'x' }), INVALID, 'page_token'],
    [
      'a request id that is no file name',
      () => fixture.client.createTrainingRun(createRequest({}, 'a/b')),
      INVALID,
      'request_id',
    ],
  ])('%s fails', async (_, call, code, place) => {
    const error = await call().catch((e: unknown) => e);
    if (!(error instanceof RpcError)) throw new Error('want the call to fail');
    expect([error.code, error.violations[0]?.field ?? error.reason]).toEqual([code, place]);
  });
});
