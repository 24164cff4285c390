import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '@leti/checkpoint';
import { Condition, type TrainingRun, TrainingRun_State as State } from '@leti/proto';
import { RpcError } from '@leti/rpc';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ALL_SAMPLES,
  createRequest,
  resultOf,
  samplesOf,
  TrainerFixture,
  untilEnd,
} from './testing/trainer-fixture.ts';

/* Runs that begin with what another left: forks with its weights, replays with its samples; and what a run leaves. */

let fixture: TrainerFixture;
/** A finished run of two iterations with six steps each. */
let source: TrainingRun;
beforeAll(async () => {
  fixture = await TrainerFixture.create();
  await fixture.start();
  source = await untilEnd(fixture.client, (await fixture.client.createTrainingRun(createRequest())).name);
}, 120_000);
beforeEach(() => void fixture.generatorScript.requests.splice(0));
afterAll(() => fixture.remove());

const fork = (fields: object = {}) =>
  fixture.client.forkTrainingRun({ name: source.name, iteration: 1, keepOptimizer: false, requestId: '', ...fields });
const checkpoint = (run: TrainingRun, iteration: number): string =>
  join(run.storePath, 'checkpoints', String(iteration).padStart(3, '0'));
/** Optimizer steps behind a checkpoint. */
const stepsOf = async (run: TrainingRun, iteration: number): Promise<number | undefined> =>
  (await readCheckpoint(checkpoint(run, iteration), { withOptimizer: true })).optimizerState?.get('step')?.data[0];
/** How a call fails: status, and the fields or the reason. */
async function failureOf(call: Promise<unknown>): Promise<string[]> {
  const error = await call.catch((e: unknown) => e);
  if (!(error instanceof RpcError)) throw new Error('want the call to fail');
  return [error.code, ...(error.violations.length > 0 ? error.violations.map(({ field }) => field) : [error.reason])];
}

describe('a fork', { timeout: 120_000 }, () => {
  test('starts from its own copy of the checkpoint, under the condition of later iterations', async () => {
    const created = await fork();
    const digest = (await readCheckpoint(checkpoint(source, 1))).digest;
    expect(created).toMatchObject({
      state: State.QUEUED,
      forkedFrom: { run: source.name, iteration: 1, checkpoint: { path: checkpoint(source, 1), digest } },
      settings: { baseCheckpoint: { path: checkpoint(created, 0), digest }, firstCondition: Condition.GOOD },
    });
    const ended = await untilEnd(fixture.client, created.name);
    expect(ended).toMatchObject({ state: State.SUCCEEDED, iterationsDone: 2 });
    const conditions = fixture.generatorScript.requests.map(({ condition }) => condition);
    expect(conditions).toEqual([Condition.GOOD, Condition.GOOD]);
    expect(await stepsOf(ended, 2)).toBe(12);
  });

  test('goes on with the optimizer where it is asked to, and with settings of its own', async () => {
    const { settings } = createRequest({ iterations: 1, seed: 12 });
    const ended = await untilEnd(fixture.client, (await fork({ keepOptimizer: true, settings })).name);
    expect(ended).toMatchObject({ state: State.SUCCEEDED, iterationsDone: 1 });
    expect(await stepsOf(ended, 1)).toBe(12);
  });

  test('of iteration 0 starts from the base, and a repeated request makes one fork', async () => {
    const first = await fork({ iteration: 0, requestId: 'fork' });
    expect((await fork({ iteration: 0, requestId: 'fork' })).name).toBe(first.name);
    // The same weights, seeds and settings: the same run.
    expect(resultOf(await untilEnd(fixture.client, first.name))).toEqual(resultOf(source));
  });

  test('outlives the checkpoint that it was made of; later ones are refused', async () => {
    const other = await untilEnd(
      fixture.client,
      (await fixture.client.createTrainingRun(createRequest({ iterations: 1 }))).name,
    );
    const release = Promise.withResolvers<void>();
    fixture.generatorScript.beforeGroup = () => release.promise;
    const { name } = await fork({ name: other.name });
    await rm(checkpoint(other, 1), { recursive: true });
    fixture.generatorScript.beforeGroup = () => {};
    release.resolve();
    expect(await untilEnd(fixture.client, name)).toMatchObject({ state: State.SUCCEEDED });
    expect(await failureOf(fork({ name: other.name }))).toEqual(['FAILED_PRECONDITION', 'CHECKPOINT_UNAVAILABLE']);
  });

  test.each([
    ['an unknown run', { name: 'trainingRuns/x' }, ['NOT_FOUND', 'RUN_NOT_FOUND']],
    ['an iteration that is not finished', { iteration: 3 }, ['NOT_FOUND', 'ITERATION_NOT_FOUND']],
    ['a negative iteration', { iteration: -1 }, ['NOT_FOUND', 'ITERATION_NOT_FOUND']],
    [
      'bad settings',
      { settings: { ...createRequest().settings!, iterations: 0 } },
      ['INVALID_ARGUMENT', 'settings.iterations'],
    ],
  ])('of %s is refused', async (_, fields, failure) => {
    expect(await failureOf(fork(fields))).toEqual(failure);
  });
});

describe('a replay', { timeout: 120_000 }, () => {
  const idOf = ({ name }: TrainingRun): string => name.slice('trainingRuns/'.length);

  test('trains on the samples of another run without drawing any, and ends in the same weights', async () => {
    const created = await fixture.client.createTrainingRun(createRequest({ replay: { run: idOf(source) } }));
    expect(created.settings?.replay).toEqual({ run: idOf(source), iterations: 2 });
    const ended = await untilEnd(fixture.client, created.name);
    expect(resultOf(ended)).toEqual(resultOf(source));
    for (const file of ['solutions.jsonl', 'evaluations.jsonl', 'fcft.jsonl'])
      expect(await samplesOf(ended, file)).toEqual(ALL_SAMPLES);
    expect(fixture.generatorScript.requests).toEqual([]);
  });

  test('of one iteration, with another rate, samples the next one from the weights that came of it', async () => {
    const { fineTuning } = { fineTuning: { epochs: 1, batchSize: 4, learningRate: 5e-3, maxSequenceTokens: 64 } };
    const replay = { run: idOf(source), iterations: 1 };
    const { name } = await fixture.client.createTrainingRun(createRequest({ replay, fineTuning }));
    const ended = await untilEnd(fixture.client, name);
    expect(ended).toMatchObject({ state: State.SUCCEEDED, iterationsDone: 2 });
    expect(ended.latestCheckpoint?.digest).not.toBe(source.latestCheckpoint?.digest);
    expect(fixture.generatorScript.requests.map(({ problems }) => problems.length)).toEqual([3]);
  });

  test.each<[string, () => Parameters<typeof createRequest>[0], string[]]>([
    ['an unknown run', () => ({ replay: { run: 'x' } }), ['NOT_FOUND', 'RUN_NOT_FOUND']],
    [
      'more iterations than were finished',
      () => ({ iterations: 4, replay: { run: idOf(source), iterations: 3 } }),
      ['INVALID_ARGUMENT', 'settings.replay.iterations'],
    ],
    [
      'another number of samples',
      () => ({ samplesPerProblem: 5, replay: { run: idOf(source), iterations: 1 } }),
      ['INVALID_ARGUMENT', 'settings.replay.run'],
    ],
  ])('of %s is refused', async (_, settings, failure) => {
    expect(await failureOf(fixture.client.createTrainingRun(createRequest(settings())))).toEqual(failure);
  });
});

test('a plan makes no run, and takes its times from one that was', async () => {
  const before = await fixture.client.listTrainingRuns({ pageSize: 0, pageToken: '' });
  const plan = await fixture.client.planTrainingRun({ settings: createRequest().settings });
  expect(plan).toMatchObject({ problems: 3, samples: 24, fcftSteps: 12, settings: { iterations: 2 } });
  expect(plan.basis).toMatch(/^run \d{8}-.* ms a sample, .* ms a step of 4$/);
  expect(plan.memory!.totalBytes).toBeLessThan(plan.memory!.availableBytes);
  expect(await fixture.client.listTrainingRuns({ pageSize: 0, pageToken: '' })).toEqual(before);
  const bad = { ...createRequest().settings!, baseCheckpoint: { path: '/none', digest: '' }, iterations: 0 };
  expect(await failureOf(fixture.client.planTrainingRun({ settings: bad }))).toEqual([
    'INVALID_ARGUMENT',
    'settings.iterations',
    'settings.base_checkpoint.path',
  ]);
});

test('a run keeps the newest checkpoints that its settings say, and can still be forked from them', async () => {
  const { name } = await fixture.client.createTrainingRun(
    createRequest({ iterations: 3, checkpoints: { keepLast: 1 } }),
  );
  const ended = await untilEnd(fixture.client, name);
  expect(ended.state).toBe(State.SUCCEEDED);
  expect(await readdir(join(ended.storePath, 'checkpoints'))).toEqual(['003']);
  expect(await failureOf(fork({ name, iteration: 2 }))).toEqual(['FAILED_PRECONDITION', 'CHECKPOINT_UNAVAILABLE']);
  await fixture.client.cancelTrainingRun({ name: (await fork({ name, iteration: 3 })).name });
}, 120_000);
