import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import type { Solution } from '@leti/leti';
import { initialWeights } from '@leti/nn/model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProblemSampling } from './engine.ts';
import { LocalEngine } from './local-engine.ts';
import { silentLogger, TINY_CHECKPOINT } from './testing/generator-fixture.ts';

const NEVER = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'leti-model-workers-'));
const withLanes = (lanes: number): LocalEngine =>
  new LocalEngine({ logger: silentLogger, rows: 16, memoryBytes: undefined, lanes });
const engine = withLanes(2);
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const load = (by: LocalEngine, path: string) => by.load({ path, digest: undefined }, NEVER);

function draw(by: LocalEngine, problemId: string, expectedDigest?: string, samples = 40): Promise<readonly Solution[]> {
  const how: ProblemSampling = {
    condition: 'good',
    sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens: 12, stop: [], cleanUpSpaces: false },
    seed: 7n,
    expectedDigest,
  };
  const indexes = Array.from({ length: samples }, (_, i) => i);
  return by.sample({ problemId, prompt: 'def f', testSetupCode: '', tests: [] }, indexes, how, NEVER);
}

/** Process ids of this process's model workers that run. */
function modelWorkers(): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((pid) => {
    try {
      const [, parent] = /\) . (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
      return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('model-worker.ts');
    } catch {
      return false;
    }
  });
}

let digest: string;
let other: string;
beforeAll(async () => {
  const { config } = await readCheckpoint(TINY_CHECKPOINT);
  other = join(folder, 'other');
  await writeCheckpoint(other, { config, weights: initialWeights(config, 5), tokenizerFrom: TINY_CHECKPOINT });
  ({ digest } = await load(engine, TINY_CHECKPOINT));
});

test('a small model has a process for each lane, and each sample comes once, in order', async () => {
  expect(modelWorkers()).toHaveLength(2);
  const solutions = await draw(engine, 'p');
  expect(solutions.map(({ sampleIndex }) => sampleIndex)).toEqual(Array.from({ length: 40 }, (_, i) => i));
});

test('a text does not depend on how many lanes there are', async () => {
  const three = withLanes(3);
  try {
    await load(three, TINY_CHECKPOINT);
    expect(await draw(three, 'p')).toEqual(await draw(engine, 'p'));
  } finally {
    await three.close();
  }
});

test('lanes that die under a group are replaced, and the group is the same', async () => {
  const expected = await draw(engine, 'p');
  for (const lane of [0, 1]) {
    const drawing = draw(engine, 'p');
    process.kill(modelWorkers()[lane]!, 'SIGKILL');
    expect(await drawing).toEqual(expected);
  }
  expect(engine.require().digest).toBe(digest);
});

test('all samples of a group are of one model while lanes change weights', async () => {
  const digests: string[] = [];
  let loading = true;
  const loads = (async () => {
    for (const path of [other, TINY_CHECKPOINT, other, TINY_CHECKPOINT]) await load(engine, path);
    loading = false;
  })();
  while (loading) {
    const found = new Set((await draw(engine, 'p')).map(({ weightsDigest }) => weightsDigest));
    expect(found.size).toBe(1);
    digests.push(...found);
  }
  await loads;
  expect(new Set(digests).size).toBeGreaterThan(1);
});

test('a group is of one model, and its texts are that model’s, when lanes die while they change weights', async () => {
  const texts = new Map<string, readonly Solution[]>();
  for (const path of [other, TINY_CHECKPOINT]) {
    const { digest: loaded } = await load(engine, path);
    texts.set(loaded, await draw(engine, 'p'));
  }
  for (let i = 0; i < 8; i++) {
    const loading = load(engine, i % 2 === 0 ? other : TINY_CHECKPOINT);
    await sleep(10 * i);
    const lane = modelWorkers()[i % 3 === 0 ? 0 : 1];
    if (lane !== undefined) process.kill(lane, 'SIGKILL');
    const { digest: loaded } = await loading;
    expect(await draw(engine, 'p')).toEqual(texts.get(loaded));
  }
});

test('a checkpoint that no lane can load leaves the old one in all', async () => {
  const broken = join(folder, 'broken');
  await writeCheckpoint(broken, { ...(await readCheckpoint(TINY_CHECKPOINT)), tokenizerFrom: TINY_CHECKPOINT });
  await writeFile(join(broken, 'model.safetensors'), 'none');
  await expect(load(engine, broken)).rejects.toThrow('model.safetensors');
  expect((await draw(engine, 'p', digest)).every(({ weightsDigest }) => weightsDigest === digest)).toBe(true);
});

describe('a large model', () => {
  const large = join(folder, 'large');
  beforeAll(async () => {
    const { config } = await readCheckpoint(TINY_CHECKPOINT);
    const wide = { ...config, numLayers: 3, embedDim: 1024, headDim: 256, innerDim: 4096 };
    await writeCheckpoint(large, { config: wide, weights: initialWeights(wide, 5), tokenizerFrom: TINY_CHECKPOINT });
  });

  test('has one process; a small one after it has lanes again, and its old texts', async () => {
    const expected = await draw(engine, 'p');
    const { digest: ofLarge } = await load(engine, large);
    await vi.waitFor(() => expect(modelWorkers()).toHaveLength(1), { timeout: 20_000 }); // lanes end in order
    expect(await draw(engine, 'p', ofLarge, 1)).toHaveLength(1);
    await load(engine, TINY_CHECKPOINT);
    expect(await draw(engine, 'p')).toEqual(expected);
  });

  test('that cannot be loaded leaves the lanes with theirs', async () => {
    await load(engine, TINY_CHECKPOINT);
    await writeFile(join(large, 'model.safetensors'), 'none');
    await expect(load(engine, large)).rejects.toThrow('model.safetensors');
    expect((await draw(engine, 'p', digest)).every(({ weightsDigest }) => weightsDigest === digest)).toBe(true);
  });
});
