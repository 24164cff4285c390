import { cp, readdir, readlink, rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Model_State, SamplingParameters, type Model, type Solution } from '@leti/proto';
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

  const BREAKINGS: readonly [string, (copy: string) => Promise<void>][] = [
    ['is gone', (copy) => rm(copy, { recursive: true })],
    [
      'cannot be read',
      async (copy) => {
        await rm(join(copy, 'tokenizer.json'));
        await symlink('tokenizer.json', join(copy, 'tokenizer.json')); // to itself
      },
    ],
  ];
  const NOTHING = { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' };

  test.each(BREAKINGS)('has no model rather than another one when the folder %s at a restart', async (how, breakIt) => {
    const copy = join(fixture.folder, `a copy that ${how}`);
    await cp(TINY_CHECKPOINT, copy, { recursive: true });
    await fixture.load(copy);
    await breakIt(copy);
    await killWorker();
    await expect(fixture.sample()).rejects.toMatchObject(NOTHING);
    await expect(fixture.client.getModel({})).rejects.toMatchObject(NOTHING);
    await fixture.load(TINY_CHECKPOINT);
    expect(await fixture.sample()).toHaveLength(12);
  });

  test('does not load again by itself what a worker ended over', async () => {
    const copy = join(fixture.folder, 'deadly');
    await cp(TINY_CHECKPOINT, copy, { recursive: true });
    await fixture.load(copy);
    const long = join(copy, 'model.safetensors');
    await truncate(long, 2 ** 36); // holes, which take a minute to hash
    await killWorker();
    await untilOpen(fixture.generator.workerPid()!, long);
    await killWorker();
    await expect(fixture.sample()).rejects.toMatchObject(NOTHING);
    await fixture.load(TINY_CHECKPOINT);
    expect(await fixture.sample()).toHaveLength(12);
  });

  test(
    'fails, and is no outage that a client would wait out, when three workers end under it',
    { timeout: 240_000 },
    async () => {
      await fixture.load(TINY_CHECKPOINT);
      let ended = false;
      const failing = fixture
        .sample({
          problems: [problem('long')],
          samplesPerProblem: 1024,
          sampling: SamplingParameters.create({ temperature: 1, maxNewTokens: 56 }),
        })
        .finally(() => (ended = true));
      const killing = (async () => {
        while (!ended) {
          await killWorker();
          while ((await fixture.client.getModel({})).state !== Model_State.READY) await sleep(10);
        }
      })();
      await expect(failing).rejects.toMatchObject({ code: 'INTERNAL', reason: 'MODEL_CRASHES' });
      await expect(failing).rejects.toThrow('signal SIGKILL');
      await killing;
      expect(await fixture.sample()).toHaveLength(12);
    },
  );
});

/** Waits until a process has a file open. */
async function untilOpen(pid: number, path: string): Promise<void> {
  const folder = `/proc/${pid}/fd`;
  for (;;) {
    const names = await readdir(folder);
    const targets = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')));
    if (targets.includes(path)) return;
    await sleep(10);
  }
}
