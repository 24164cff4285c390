import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import type { Solution } from '@leti/leti';
import { initialWeights } from '@leti/nn/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProblemSampling } from './engine.ts';
import { LocalEngine } from './local-engine.ts';
import { silentLogger, TINY_CHECKPOINT } from './testing/generator-fixture.ts';

const engine = new LocalEngine({ logger: silentLogger, rows: 4, memoryBytes: undefined, lanes: 1 });
const NEVER = new AbortController().signal;
const PROBLEM = { problemId: 'p', prompt: 'def p', testSetupCode: '', tests: [] };
const HOW: ProblemSampling = {
  condition: 'none',
  sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens: 4, stop: [], cleanUpSpaces: false },
  seed: 1n,
  expectedDigest: undefined,
};

let folder: string;
let first: string;
let second: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-local-engine-'));
  second = join(folder, 'second');
  const { config } = await readCheckpoint(TINY_CHECKPOINT);
  await writeCheckpoint(second, { config, weights: initialWeights(config, 5), tokenizerFrom: TINY_CHECKPOINT });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const load = (path: string, digest?: string, signal = NEVER) => engine.load({ path, digest }, signal);
const sample = async (expectedDigest?: string): Promise<Solution> =>
  (await engine.sample(PROBLEM, [0], { ...HOW, expectedDigest }, NEVER))[0]!;

describe('a load that its caller abandons', () => {
  beforeAll(async () => {
    first = (await load(TINY_CHECKPOINT)).digest;
  });

  test('is done to its end, and what is then asked for is loaded', async () => {
    const abort = new AbortController();
    const abandoned = load(second, undefined, abort.signal);
    await nextTurn(); // the worker has been told
    abort.abort(new Error('enough'));
    await expect(abandoned).rejects.toThrow('enough');
    while ((await sample()).weightsDigest === first);
    expect(engine.require().digest).not.toBe(first);
    await load(TINY_CHECKPOINT, first);
    expect((await sample(first)).weightsDigest).toBe(first);
  });

  test('is not begun when its turn had not come', async () => {
    const abort = new AbortController();
    const earlier = load(TINY_CHECKPOINT);
    const abandoned = load(second, undefined, abort.signal);
    abort.abort(new Error('enough'));
    await expect(abandoned).rejects.toThrow('enough');
    await earlier;
    expect((await load(TINY_CHECKPOINT, first)).digest).toBe(first);
    expect((await sample()).weightsDigest).toBe(first);
  });
});
