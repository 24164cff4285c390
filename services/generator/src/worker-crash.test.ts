import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Model_State, type Model, type Solution } from '@leti/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byId,
  problem,
  sampleRequest,
  startGeneratorFixture,
  TINY_CHECKPOINT,
  type GeneratorFixture,
} from './testing/generator-fixture.ts';

let fixture: GeneratorFixture;
let digest: string;
beforeAll(async () => {
  fixture = await startGeneratorFixture();
  ({ digest } = (await fixture.load(TINY_CHECKPOINT)).checkpoint!);
});
afterAll(() => fixture.close());

describe('SampleSolutions over crashes of the model worker', () => {
  /** Ends the worker, and waits until a new one has begun. */
  async function killWorker(): Promise<void> {
    const pid = fixture.generator.workerPid()!;
    process.kill(pid, 'SIGKILL');
    while (fixture.generator.workerPid() === undefined || fixture.generator.workerPid() === pid) await sleep(10);
  }

  test('a stream goes on after its worker was killed, with every sample once and the same texts', async () => {
    const fields = { problems: Array.from({ length: 40 }, (_, i) => problem(`p${i}`)), samplesPerProblem: 16 };
    const expected = byId(await fixture.sample(fields));
    const stream = fixture.client.sampleSolutions(sampleRequest(fields));
    const solutions: Solution[] = [];
    const meanwhile: Model[] = [];
    for await (const { event } of stream) {
      solutions.push(event!.value);
      if (solutions.length === 1 || solutions.length === 200) {
        await killWorker();
        meanwhile.push(await fixture.client.getModel({}));
      }
    }
    const restarting = { checkpoint: { digest }, state: Model_State.RESTARTING };
    expect(meanwhile).toMatchObject([restarting, restarting]);
    expect(byId(solutions)).toEqual(expected);
    expect(await fixture.client.getModel({})).toMatchObject({ checkpoint: { digest }, state: Model_State.READY });
  });

  test('has no model rather than another one when the folder is gone at a restart', async () => {
    const copy = join(fixture.folder, 'copy');
    await cp(TINY_CHECKPOINT, copy, { recursive: true });
    await fixture.load(copy);
    await rm(copy, { recursive: true });
    await killWorker();
    const nothing = { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' };
    await expect(fixture.sample()).rejects.toMatchObject(nothing);
    await expect(fixture.client.getModel({})).rejects.toMatchObject(nothing);
    await fixture.load(TINY_CHECKPOINT);
    expect(await fixture.sample()).toHaveLength(12);
  });

  test('is UNAVAILABLE when every worker ends under it', async () => {
    const problems = Array.from({ length: 200 }, (_, i) => problem(`p${i}`));
    let ended = false;
    const failing = fixture.sample({ problems, samplesPerProblem: 16 }).finally(() => (ended = true));
    const killing = (async () => {
      while (!ended) await killWorker();
    })();
    await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'MODEL_RESTARTING' });
    await killing;
    expect(await fixture.sample()).toHaveLength(12);
  });
});
