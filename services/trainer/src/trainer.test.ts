import { access, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readCheckpoint } from '@leti/checkpoint';
import { Condition, type TrainingRun, TrainingRun_State as State, type TrainingRunEvent } from '@leti/proto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TINY_CHECKPOINT } from './testing/run-fixture.ts';
import {
  ALL_SAMPLES,
  createRequest,
  resultOf,
  samplesOf,
  TrainerFixture,
  untilEnd,
} from './testing/trainer-fixture.ts';

let fixture: TrainerFixture;
let undisturbed: ReturnType<typeof resultOf> | undefined;

beforeAll(async () => {
  fixture = await TrainerFixture.create();
  await fixture.start();
});
afterAll(() => fixture.remove());
afterEach(() => {
  fixture.generatorScript.beforeGroup = () => {};
  fixture.evaluatorScript.beforeProgram = () => {};
  fixture.generatorScript.requests.length = 0;
});

const create = (...args: Parameters<typeof createRequest>) => fixture.client.createTrainingRun(createRequest(...args));
async function eventsOf(name: string, afterEventNumber = 0n): Promise<TrainingRunEvent[]> {
  const events: TrainingRunEvent[] = [];
  for await (const { event } of fixture.client.watchTrainingRun({ name, afterEventNumber })) events.push(event!);
  return events;
}
const casesOf = (events: readonly TrainingRunEvent[]) => events.map(({ event }) => event!.$case);
const statesOf = (events: readonly TrainingRunEvent[]) =>
  events.flatMap(({ event }) => (event?.$case === 'stateChanged' ? event.value.state : []));
const noticesOf = (events: readonly TrainingRunEvent[]) =>
  events.flatMap(({ event }) => (event?.$case === 'notice' ? event.value.message : []));

/** The result of a run that nothing disturbed; made once. */
async function expected(): Promise<ReturnType<typeof resultOf>> {
  undisturbed ??= resultOf(await untilEnd(fixture.client, (await create()).name));
  return undisturbed;
}

test('a run goes from queued to succeeded and leaves everything in its folder', async () => {
  const created = await create();
  expect(created).toMatchObject({ state: State.QUEUED, iterationsDone: 0 });
  const events = await eventsOf(created.name);
  const run = await fixture.client.getTrainingRun({ name: created.name });
  undisturbed ??= resultOf(run);

  expect(events.map(({ number }) => number)).toEqual(events.map((_, i) => BigInt(i + 1)));
  expect(run.lastEventNumber).toBe(BigInt(events.length));
  expect(statesOf(events)).toEqual([State.QUEUED, State.RUNNING, State.SUCCEEDED]);
  const iteration = [...Array(3).fill('groupFinished'), ...Array(6).fill('trainingStep')];
  const end = ['checkpointPublished', 'iterationFinished'];
  expect(casesOf(events)).toEqual([
    'stateChanged',
    'stateChanged',
    ...[1, 2].flatMap(() => [...iteration, ...end]),
    'stateChanged',
  ]);
  expect(await samplesOf(run)).toEqual(ALL_SAMPLES);
  expect(await samplesOf(run, 'evaluations.jsonl')).toEqual(ALL_SAMPLES);
  expect(await samplesOf(run, 'fcft.jsonl')).toEqual(ALL_SAMPLES);

  const { requests } = fixture.generatorScript;
  expect(requests.map(({ condition }) => condition)).toEqual([Condition.NONE, Condition.GOOD]);
  const checkpoint = await readCheckpoint(join(run.storePath, 'checkpoints', '002'), { withOptimizer: true });
  expect(checkpoint.digest).toBe(run.latestCheckpoint?.digest);
  expect(checkpoint.optimizerState?.get('step')?.data[0]).toBe(12); // Adam goes on over iterations
  expect(await readFile(join(run.storePath, 'run.yaml'), 'utf8')).toMatch(/Code version: 0\.1\.0.*seed: 11\n/s);

  const metrics = events.findLast(({ event }) => event?.$case === 'iterationFinished')?.event?.value;
  expect(metrics).toMatchObject({ iteration: 2, metrics: { samples: 12 } });
  expect(await eventsOf(created.name, run.lastEventNumber - 2n)).toEqual(events.slice(-2));
});

test('paths are kept absolute', async () => {
  const corpus = join(fixture.store, 'kept.jsonl');
  await writeFile(corpus, '{"text":"x = 1"}\n');
  const { name, settings } = await create({
    baseCheckpoint: { path: relative(process.cwd(), TINY_CHECKPOINT) },
    pretrainingMix: { ratio: 1, corpus: relative(process.cwd(), corpus), batchSize: 1 },
  });
  expect(settings?.baseCheckpoint?.path).toBe(TINY_CHECKPOINT);
  expect(settings?.pretrainingMix?.corpus).toBe(corpus);
  await fixture.client.cancelTrainingRun({ name });
});

test('a retry with the same request id gives the same run', async () => {
  const first = await create({}, 'once');
  const second = await create({}, 'once');
  expect(second.name).toBe(first.name);
  const { trainingRuns } = await fixture.client.listTrainingRuns({ pageSize: 0, pageToken: '' });
  expect(trainingRuns.filter(({ name }) => name === first.name)).toHaveLength(1);
  await untilEnd(fixture.client, first.name);
  expect(fixture.generatorScript.requests).toHaveLength(2);
});

test('runs take turns in the order of their creation', async () => {
  const [first, second] = [await create(), await create({ seed: 12 })];
  expect(await fixture.client.getTrainingRun({ name: second.name })).toMatchObject({ state: State.QUEUED });
  const ended = await untilEnd(fixture.client, second.name);
  const before = await fixture.client.getTrainingRun({ name: first.name });
  expect(before.endTime!.getTime()).toBeLessThanOrEqual(ended.startTime!.getTime());
  expect(ended.latestCheckpoint?.digest).not.toBe(before.latestCheckpoint?.digest);
  const { trainingRuns } = await fixture.client.listTrainingRuns({ pageSize: 1, pageToken: '' });
  expect(trainingRuns.map(({ name }) => name)).toEqual([second.name]);
});

describe('services that go away', () => {
  test('are waited for, with a notice, and nothing changes', async () => {
    const want = await expected();
    await fixture.generator.down();
    await fixture.evaluator.down();
    const run = await create();
    const back: Promise<void>[] = [];
    for await (const { event } of fixture.client.watchTrainingRun({ name: run.name, afterEventNumber: 0n })) {
      if (event?.event?.$case !== 'notice') continue;
      if (event.event.value.message.startsWith('waiting for the generator')) back.push(fixture.generator.up());
      if (event.event.value.message.startsWith('waiting for the evaluator')) back.push(fixture.evaluator.up());
    }
    await Promise.all(back);
    expect(back).toHaveLength(2);
    const ended = await fixture.client.getTrainingRun({ name: run.name });
    expect(resultOf(ended)).toEqual(want);
    expect(await samplesOf(ended)).toEqual(ALL_SAMPLES);
  });

  test('a generator that restarts between groups loads the checkpoint again and goes on with the missing ones', async () => {
    const want = await expected();
    fixture.generatorScript.requests.length = 0;
    let restarted: Promise<void> | undefined;
    fixture.generatorScript.beforeGroup = async (problemId) => {
      if (problemId !== 'b' || restarted !== undefined) return;
      restarted = fixture.generator.down().then(() => fixture.generator.up());
      await new Promise(() => {}); // this one never answers
    };
    const ended = await untilEnd(fixture.client, (await create()).name);
    expect(resultOf(ended)).toEqual(want);
    expect(await samplesOf(ended)).toEqual(ALL_SAMPLES);
    expect(fixture.generatorScript.requests[1]?.problems.map(({ problemId }) => problemId)).toEqual(['b', 'c']);
  });

  test('an evaluator that restarts loses no verdict', async () => {
    const want = await expected();
    let restarted: Promise<void> | undefined;
    fixture.evaluatorScript.beforeProgram = async (programId) => {
      if (programId !== 'b/1' || restarted !== undefined) return;
      restarted = fixture.evaluator.down().then(() => fixture.evaluator.up());
      await new Promise(() => {});
    };
    const ended = await untilEnd(fixture.client, (await create()).name);
    expect(restarted).toBeDefined();
    expect(resultOf(ended)).toEqual(want);
    expect(await samplesOf(ended, 'evaluations.jsonl')).toEqual(ALL_SAMPLES);
  });
});

describe('cancel and resume', () => {
  test('a cancelled run keeps its groups, and resumed ends as if nothing had been', async () => {
    const want = await expected();
    fixture.generatorScript.requests.length = 0;
    const run = await create();
    fixture.generatorScript.beforeGroup = (problemId) =>
      problemId === 'c' ? new Promise(() => {}) : Promise.resolve();
    for await (const { event } of fixture.client.watchTrainingRun({ name: run.name, afterEventNumber: 0n })) {
      if (event?.event?.$case !== 'groupFinished' || event.event.value.groupsDone < 2) continue;
      await fixture.client.cancelTrainingRun({ name: run.name });
      await fixture.client.cancelTrainingRun({ name: run.name });
    }
    expect(await fixture.client.getTrainingRun({ name: run.name })).toMatchObject({ state: State.CANCELLED });

    fixture.generatorScript.beforeGroup = () => {};
    const resumed = await fixture.client.resumeTrainingRun({ name: run.name });
    expect(resumed).toMatchObject({ state: State.QUEUED, endTime: undefined });
    const ended = await untilEnd(fixture.client, run.name);
    expect(resultOf(ended)).toEqual(want);
    expect(await samplesOf(ended)).toEqual(ALL_SAMPLES);
    expect(fixture.generatorScript.requests[1]?.problems.map(({ problemId }) => problemId)).toEqual(['c']);
    expect(statesOf(await eventsOf(run.name))).toEqual([
      State.QUEUED,
      State.RUNNING,
      State.CANCELLED,
      State.QUEUED,
      State.RUNNING,
      State.SUCCEEDED,
    ]);
  });

  test('a run cancelled while training goes on from the step where it stopped', async () => {
    const want = await expected();
    const run = await create();
    for await (const { event } of fixture.client.watchTrainingRun({ name: run.name, afterEventNumber: 0n }))
      if (event?.event?.$case === 'trainingStep' && event.event.value.step === 2)
        await fixture.client.cancelTrainingRun({ name: run.name });
    await fixture.client.resumeTrainingRun({ name: run.name });
    expect(resultOf(await untilEnd(fixture.client, run.name))).toEqual(want);
  });

  test('a queued run is cancelled at once, and a finished one stays finished', async () => {
    const [first, second] = [await create(), await create()];
    expect(await fixture.client.cancelTrainingRun({ name: second.name })).toMatchObject({ state: State.CANCELLED });
    const ended = await untilEnd(fixture.client, first.name);
    expect(await fixture.client.cancelTrainingRun({ name: first.name })).toEqual(ended);
    await expect(fixture.client.resumeTrainingRun({ name: first.name })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'ILLEGAL_TRANSITION',
      metadata: { from: 'succeeded', to: 'queued' },
    });
  });
});

describe('pause and resume', () => {
  const holdAt = (problem: string): void => {
    fixture.generatorScript.beforeGroup = (problemId) =>
      problemId === problem ? new Promise(() => {}) : Promise.resolve();
  };
  const release = (): void => {
    fixture.generatorScript.beforeGroup = () => {};
  };
  /** The states that one watch sees from the start to the run's end, which it outlives a pause for. */
  const watchedStates = async (name: string): Promise<State[]> => statesOf(await eventsOf(name));
  const untilPaused = async (name: string): Promise<void> => {
    for await (const { event } of fixture.client.watchTrainingRun({ name, afterEventNumber: 0n }))
      if (event?.event?.$case === 'stateChanged' && event.event.value.state === State.PAUSED) return;
  };

  test('a run paused while it samples keeps its watchers and its groups, and ends as if nothing had been', async () => {
    const want = await expected();
    fixture.generatorScript.requests.length = 0;
    holdAt('c');
    const { name } = await create();
    const states = watchedStates(name);
    for await (const { event } of fixture.client.watchTrainingRun({ name, afterEventNumber: 0n }))
      if (event?.event?.$case === 'groupFinished' && event.event.value.groupsDone === 2) break;
    await fixture.client.pauseTrainingRun({ name });
    await untilPaused(name);
    const paused = await fixture.client.pauseTrainingRun({ name });
    expect(paused).toMatchObject({ state: State.PAUSED, endTime: undefined });
    release();
    expect(await fixture.client.resumeTrainingRun({ name })).toMatchObject({ state: State.QUEUED });
    expect(await states).toEqual([
      State.QUEUED,
      State.RUNNING,
      State.PAUSED,
      State.QUEUED,
      State.RUNNING,
      State.SUCCEEDED,
    ]);
    expect(resultOf(await fixture.client.getTrainingRun({ name }))).toEqual(want);
    expect(fixture.generatorScript.requests[1]?.problems.map(({ problemId }) => problemId)).toEqual(['c']);
  });

  test('a run paused while it trains stays so over a restart of the trainer, lets others pass, and ends the same', async () => {
    const want = await expected();
    const { name } = await create();
    for await (const { event } of fixture.client.watchTrainingRun({ name, afterEventNumber: 0n }))
      if (event?.event?.$case === 'trainingStep' && event.event.value.step === 2) break;
    await fixture.client.pauseTrainingRun({ name });
    await untilPaused(name);
    await fixture.stop();
    await fixture.start();
    expect(await fixture.client.getTrainingRun({ name })).toMatchObject({ state: State.PAUSED });
    const states = watchedStates(name);
    await untilEnd(fixture.client, (await create({ seed: 12, iterations: 1 })).name);
    expect(await fixture.client.getTrainingRun({ name })).toMatchObject({ state: State.PAUSED });
    await fixture.client.resumeTrainingRun({ name });
    expect((await states).at(-1)).toBe(State.SUCCEEDED);
    expect(resultOf(await fixture.client.getTrainingRun({ name }))).toEqual(want);
  });

  test('a queued run is paused at once, and a paused one can be cancelled', async () => {
    holdAt('a');
    const [first, second] = [await create(), await create()];
    expect(await fixture.client.pauseTrainingRun({ name: second.name })).toMatchObject({ state: State.PAUSED });
    expect(await fixture.client.cancelTrainingRun({ name: second.name })).toMatchObject({ state: State.CANCELLED });
    await fixture.client.pauseTrainingRun({ name: first.name });
    await fixture.client.cancelTrainingRun({ name: first.name }); // the latter goes before the former
    release();
    expect(await untilEnd(fixture.client, first.name)).toMatchObject({ state: State.CANCELLED });
  });

  test('a run that has ended cannot be paused', async () => {
    const { name } = await untilEnd(fixture.client, (await create({ iterations: 1 })).name);
    await expect(fixture.client.pauseTrainingRun({ name })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'ILLEGAL_TRANSITION',
      metadata: { from: 'succeeded', to: 'paused' },
    });
  });
});

describe('a trainer that ends', () => {
  test('leaves a run that the next one goes on with, to the same end', async () => {
    const want = await expected();
    const run = await create();
    const queued = await create({ seed: 12, iterations: 1 });
    const watched: TrainingRunEvent[] = [];
    const watch = (async () => {
      for await (const { event } of fixture.client.watchTrainingRun({ name: run.name, afterEventNumber: 0n })) {
        watched.push(event!);
        if (event?.event?.$case === 'trainingStep') break;
      }
    })();
    await watch;
    await fixture.stop();
    await fixture.start();
    const rest = await eventsOf(run.name, watched.at(-1)!.number);
    expect(rest[0]!.number).toBe(watched.at(-1)!.number + 1n);
    expect(noticesOf(rest)).toContain('goes on after a restart of the trainer');
    const ended = await fixture.client.getTrainingRun({ name: run.name });
    expect(resultOf(ended)).toEqual(want);
    expect(await samplesOf(ended)).toEqual(ALL_SAMPLES);
    expect(await untilEnd(fixture.client, queued.name)).toMatchObject({ state: State.SUCCEEDED });
  });

  test('tells a group whose event it had no time to write', async () => {
    fixture.generatorScript.beforeGroup = (problemId) =>
      problemId === 'c' ? new Promise(() => {}) : Promise.resolve();
    const run = await create({ iterations: 1 });
    for await (const { event } of fixture.client.watchTrainingRun({ name: run.name, afterEventNumber: 0n }))
      if (event?.event?.$case === 'groupFinished' && event.event.value.groupsDone === 2) break;
    await fixture.stop();
    const path = join(run.storePath, 'events.jsonl');
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.at(-2)).toContain('group_finished');
    await writeFile(path, lines.with(-2, '').slice(0, -1).join('\n'));
    fixture.generatorScript.beforeGroup = () => {};
    await fixture.start();
    const groups = (await eventsOf(run.name)).flatMap(({ event }) =>
      event?.$case === 'groupFinished'
        ? [[event.value.problemId, event.value.groupsDone, event.value.groupsTotal]]
        : [],
    );
    expect(groups).toEqual([
      ['a', 1, 3],
      ['b', 2, 3],
      ['c', 3, 3],
    ]);
  });

  test('keeps the store to itself while it lives', async () => {
    const { startTrainer } = await import('./start-trainer.ts');
    const { createLogger } = await import('@leti/rpc');
    const second = startTrainer(
      { ...fixture.config(), data: undefined },
      { logger: createLogger({ name: 'second', level: 'silent' }), handleSignals: false },
    );
    await expect(second).rejects.toThrow('only one process may write');
  });
});

describe('failures', () => {
  test('a corpus that changed since the run was made fails it before its first step', async () => {
    const corpus = join(fixture.store, 'corpus.jsonl');
    // Of no other test: a corpus that was tokenised before need not be there any more.
    await writeFile(corpus, '{"text":"z = 26"}\n');
    const { promise: changed, resolve: release } = Promise.withResolvers<void>();
    fixture.generatorScript.beforeGroup = () => changed;
    await create({ iterations: 1 }); // the other waits for it
    const run = await create({ iterations: 1, pretrainingMix: { ratio: 1, corpus, batchSize: 1 } });
    await writeFile(corpus, '{"text":"y = 2"}\n');
    release();
    expect(await readFile(join(run.storePath, 'run.yaml'), 'utf8')).toMatch(/^# Digest of the corpus: sha256:\w{64}$/m);
    const ended = await untilEnd(fixture.client, run.name);
    expect(ended).toMatchObject({ state: State.FAILED, error: { code: 9 } });
    expect(ended.error?.message).toContain('corpus.jsonl: want the corpus that the run was made with');
  });

  test('a run whose record is damaged is left out of the list and says so itself', async () => {
    const [damaged, whole] = [await create(), await create()];
    await untilEnd(fixture.client, whole.name);
    const path = join(damaged.storePath, 'run.json');
    const record = await readFile(path);
    await writeFile(path, '{"id":');
    const { trainingRuns } = await fixture.client.listTrainingRuns({ pageSize: 0, pageToken: '' });
    expect(trainingRuns.map(({ name }) => name)).toContain(whole.name);
    expect(trainingRuns.map(({ name }) => name)).not.toContain(damaged.name);
    await expect(fixture.client.getTrainingRun({ name: damaged.name })).rejects.toMatchObject({ code: 'DATA_LOSS' });
    await writeFile(path, record);
  });

  test('a full disk fails the run with a clear reason, keeps what is finished, and can be resumed', async () => {
    const want = await expected();
    let run: TrainingRun | undefined;
    fixture.generatorScript.beforeGroup = async (_, { condition }) => {
      if (condition !== Condition.GOOD) return;
      const folder = join(run!.storePath, 'iterations', '002');
      await mkdir(folder, { recursive: true });
      await symlink('/dev/full', join(folder, 'evaluations.jsonl')).catch(() => {});
    };
    run = await create();
    const failed = await untilEnd(fixture.client, run.name);
    expect(failed).toMatchObject({ state: State.FAILED, iterationsDone: 1, error: { code: 8 } });
    expect(failed.error?.message).toMatch(/no space left to write .*evaluations\.jsonl.*can be resumed/);
    await access(join(run.storePath, 'checkpoints', '001', 'model.safetensors'));

    fixture.generatorScript.beforeGroup = () => {};
    await rm(join(run.storePath, 'iterations', '002', 'evaluations.jsonl'));
    await fixture.client.resumeTrainingRun({ name: run.name });
    const ended = await untilEnd(fixture.client, run.name);
    expect(resultOf(ended)).toEqual(want);
    expect(ended.error).toBeUndefined();
    expect(await samplesOf(ended)).toEqual(ALL_SAMPLES);
  });

  test('an error that waiting cannot cure fails the run as it is', async () => {
    fixture.generatorScript.beforeGroup = async () => {
      const { RpcError } = await import('@leti/rpc');
      throw new RpcError({ code: 'INVALID_ARGUMENT', reason: 'INVALID_ARGUMENT', message: 'prompt is too long' });
    };
    const ended = await untilEnd(fixture.client, (await create()).name);
    expect(ended).toMatchObject({ state: State.FAILED, error: { code: 3, message: 'prompt is too long' } });
  });
});
