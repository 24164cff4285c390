import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Condition, type TrainingRun, type TrainingRunEvent } from '@leti/proto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRequest, resultOf, TrainerFixture, untilEnd } from './testing/trainer-fixture.ts';

let fixture: TrainerFixture;
beforeAll(async () => {
  fixture = await TrainerFixture.create();
  await fixture.start();
});
afterAll(() => fixture.remove());
beforeEach(() => void (fixture.generatorScript.requests.length = 0));

/** A finished run with its events. */
async function run(
  ...args: Parameters<typeof createRequest>
): Promise<{ run: TrainingRun; events: TrainingRunEvent[] }> {
  const { name } = await fixture.client.createTrainingRun(createRequest(...args));
  const ended = await untilEnd(fixture.client, name);
  resultOf(ended);
  const events: TrainingRunEvent[] = [];
  for await (const { event } of fixture.client.watchTrainingRun({ name, afterEventNumber: 0n })) events.push(event!);
  return { run: ended, events };
}

test('a run that validates scores its base and every iteration under each condition, and tells the best', async () => {
  const ended = await run({
    problems: { task: 'micro', limit: 2 },
    baseCheckpoint: { path: 'micro-base' },
    samplesPerProblem: 2,
    fineTuning: { epochs: 1, batchSize: 4, learningRate: 1e-4, maxSequenceTokens: 256 },
    validation: { split: 'validation', limit: 3, samplesPerProblem: 2, conditions: ['good', 'bad'] },
  });
  const validated = ended.events.flatMap(({ event }) => (event?.$case === 'validationFinished' ? [event.value] : []));
  const { NONE, GOOD, BAD } = Condition;
  expect(validated.map(({ iteration, scores }) => [iteration, ...scores.map(({ condition }) => condition)])).toEqual([
    [0, NONE],
    [1, GOOD, BAD],
    [2, GOOD, BAD],
  ]);
  const { requests } = fixture.generatorScript;
  expect(requests.map(({ problems }) => problems.length)).toEqual([3, 2, 3, 3, 2, 3, 3]);
  expect(requests.map(({ sampling }) => sampling!.temperature)).toEqual([0.1, 1, 0.1, 0.1, 1, 0.1, 0.1]);
  expect(new Set(requests.map(({ seed }) => seed)).size).toBe(requests.length);

  const estimates = validated.map(({ scores }) => scores[0]!.passAtK[0]!.estimate);
  expect(ended.run.bestIteration).toBe(estimates.indexOf(Math.max(...estimates)));
  expect(ended.run.bestCheckpoint!.digest).toMatch(/^sha256:/);
  expect(ended.run.stopReason).toBe('');
  const metrics = ended.events.findLast(({ event }) => event?.$case === 'iterationFinished')!.event!.value;
  expect(metrics).toMatchObject({ metrics: { executableRate: expect.any(Number), rewardHack: { earlyExits: 0 } } });
  await access(join(ended.run.storePath, 'iterations', '000', 'validation', 'none', 'groups.jsonl'));
  expect(await readdir(join(ended.run.storePath, 'tensorboard'))).toEqual([expect.stringMatching(/tfevents/)]);
});

test('pre-training alone samples nothing', async () => {
  const corpus = join(fixture.store, 'corpus.jsonl');
  await writeFile(corpus, '{"text":"x = 1"}\n{"text":"y = 2"}\n');
  const { events } = await run({
    objective: 'pretraining',
    pretrainingMix: { ratio: 1, corpus, batchSize: 1 },
  });
  expect(fixture.generatorScript.requests).toEqual([]);
  const metrics = events.findLast(({ event }) => event?.$case === 'iterationFinished')!.event!.value;
  expect(metrics).toMatchObject({ metrics: { samples: 0, fcftLoss: 0 } });
  expect((metrics as { metrics: { pretrainingLoss: number } }).metrics.pretrainingLoss).toBeGreaterThan(0);
});

test('supervised training samples nothing and learns from reference solutions', async () => {
  const problems = ['a', 'b', 'c'].map((problemId) => ({
    problemId,
    prompt: `# ${problemId}\n`,
    tests: ['assert f()'],
    referenceSolution: 'def f(): return 1',
  }));
  const { events } = await run({ objective: 'supervised', problems: { inline: problems } });
  expect(fixture.generatorScript.requests).toEqual([]);
  const metrics = events.findLast(({ event }) => event?.$case === 'iterationFinished')!.event!.value;
  expect(metrics).toMatchObject({ metrics: { samples: 0, trainedSequences: 3 } });
});
