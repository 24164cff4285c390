import { TrainingRun_State as State } from '@leti/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ALL_SAMPLES,
  createRequest,
  resultOf,
  samplesOf,
  TrainerFixture,
  untilEnd,
} from './testing/trainer-fixture.ts';

let fixture: TrainerFixture;
beforeAll(async () => {
  fixture = await TrainerFixture.create();
  fixture.maxRunningRuns = 2;
  await fixture.start();
});
afterAll(() => fixture.remove());

const create = async (seed: number): Promise<string> =>
  (await fixture.client.createTrainingRun(createRequest({ seed }))).name;
const stateOf = async (name: string): Promise<State> => (await fixture.client.getTrainingRun({ name })).state;

test('two runs go on at once and sample in turn, a third waits, and all end as they would alone', async () => {
  const release = Promise.withResolvers<void>();
  fixture.generatorScript.beforeGroup = () => release.promise;
  const names = [await create(11), await create(12), await create(11)];
  for await (const { event } of fixture.client.watchTrainingRun({ name: names[1]!, afterEventNumber: 0n }))
    if (event?.event?.$case === 'stateChanged' && event.event.value.state === State.RUNNING) break;
  expect(await Promise.all(names.map(stateOf))).toEqual([State.RUNNING, State.RUNNING, State.QUEUED]);
  expect(fixture.generatorScript.requests).toHaveLength(1); // the second run waits for the first one's samples

  fixture.generatorScript.beforeGroup = () => {};
  release.resolve();
  const runs = await Promise.all(names.map((name) => untilEnd(fixture.client, name)));
  const [first, second, third] = runs.map(resultOf);
  expect(third).toEqual(first);
  expect(second).not.toEqual(first);
  for (const run of runs) expect(await samplesOf(run)).toEqual(ALL_SAMPLES);
  // None was asked for again: nobody's weights were replaced under them.
  expect(fixture.generatorScript.requests).toHaveLength(3 * 2);
}, 120_000);
