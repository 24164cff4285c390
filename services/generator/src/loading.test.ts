import { cp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import { createRemoteSampler } from '@leti/clients';
import { initialWeights } from '@leti/nn';
import {
  GeneratorServiceClient,
  type GeneratorServiceService,
  type SampleSolutionsResponse,
  SolveProblemRequest,
} from '@leti/proto';
import { createClient, type RpcClient } from '@leti/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGenerator } from './start-generator.ts';
import {
  byId,
  problem,
  sampleRequest,
  silentLogger,
  startGeneratorFixture,
  TEST_CONFIG,
  TINY_CHECKPOINT,
  type GeneratorFixture,
} from './testing/generator-fixture.ts';

let fixture: GeneratorFixture;
let digest: string;
beforeAll(async () => {
  fixture = await startGeneratorFixture();
});
afterAll(() => fixture.close());

describe('before a checkpoint is loaded', () => {
  test('says so', async () => {
    const nothing = { code: 'FAILED_PRECONDITION', reason: 'NO_CHECKPOINT_LOADED' };
    await expect(fixture.client.getModel({})).rejects.toMatchObject(nothing);
    await expect(fixture.sample()).rejects.toMatchObject(nothing);
    await expect(fixture.client.scoreTexts({ texts: ['x'], expectedWeightsDigest: '' })).rejects.toMatchObject(nothing);
  });
});

describe('LoadCheckpoint', () => {
  test('loads a folder and describes the model', async () => {
    const model = await fixture.client.loadCheckpoint({ checkpoint: { path: TINY_CHECKPOINT, digest: '' } });
    expect(model).toMatchObject({
      architecture: 'codegen',
      numLayers: 2,
      embedDim: 32,
      numHeads: 4,
      vocabSize: 64,
      maxSequenceTokens: 64,
    });
    digest = model.checkpoint!.digest;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await fixture.client.getModel({})).toEqual(model);
    expect(await fixture.client.loadCheckpoint({ checkpoint: { path: TINY_CHECKPOINT, digest } })).toEqual(model);
  });

  test('refuses what is no checkpoint, and the old weights stay', async () => {
    const broken = join(fixture.folder, 'broken');
    await cp(TINY_CHECKPOINT, broken, { recursive: true });
    await rm(join(broken, 'tokenizer.json'));
    const notModel = join(fixture.folder, 'not-model');
    await cp(TINY_CHECKPOINT, notModel, { recursive: true });
    await writeFile(join(notModel, 'config.json'), '{"model_type": "other"}');
    await expect(fixture.load(join(fixture.folder, 'absent'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      reason: 'CHECKPOINT_NOT_FOUND',
    });
    const invalid = { code: 'INVALID_ARGUMENT', violations: [{ field: 'checkpoint.path' }] };
    await expect(fixture.load(broken)).rejects.toMatchObject(invalid);
    await expect(fixture.load(notModel)).rejects.toMatchObject(invalid);
    const other = `sha256:${'0'.repeat(64)}`;
    await expect(fixture.load(TINY_CHECKPOINT, other)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'CHECKPOINT_DIGEST_MISMATCH',
    });
    expect((await fixture.client.getModel({})).checkpoint?.digest).toBe(digest);
  });

  const BROKEN: readonly [string, (folder: string) => Promise<void>, string][] = [
    [
      'truncated weights',
      async (folder) => {
        const { size } = await stat(join(folder, 'model.safetensors'));
        await truncate(join(folder, 'model.safetensors'), size - 10);
      },
      'model.safetensors',
    ],
    ['a weight that is NaN', (folder) => overwriteLastNumber(folder, NaN), 'must be finite, got NaN'],
    // Finite, but what is computed with it is not: only drawing finds out.
    ['weights too great to compute with', (folder) => rewriteWeights(folder, 3e38), 'NaN'],
  ];
  test.each(BROKEN)(
    'refuses %s with one clear error, and the old weights still draw',
    async (name, breakIt, message) => {
      const expected = byId(await fixture.sample());
      const broken = join(fixture.folder, name);
      await cp(TINY_CHECKPOINT, broken, { recursive: true });
      await breakIt(broken);
      const failing = fixture.load(broken);
      await expect(failing).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'CHECKPOINT_INVALID',
        violations: [{ field: 'checkpoint.path' }],
      });
      await expect(failing).rejects.toThrow(message);
      expect((await fixture.client.getModel({})).checkpoint?.digest).toBe(digest);
      expect(byId(await fixture.sample())).toEqual(expected);
    },
  );

  test('refuses a model that the memory setting has no room for, with the numbers', async () => {
    await withGenerator({ memoryBytes: 1000 }, async (client) => {
      const failing = client.loadCheckpoint({ checkpoint: { path: TINY_CHECKPOINT, digest: '' } });
      await expect(failing).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'CHECKPOINT_INVALID' });
      await expect(failing).rejects.toThrow(/needs .* MiB, got a memory setting of .* MiB/);
    });
  });

  test('loads what leaves no room for samples, and those are refused where the request has their prompt', async () => {
    const { size } = await stat(join(TINY_CHECKPOINT, 'model.safetensors'));
    await withGenerator({ memoryBytes: size + 20_000, checkpoint: TINY_CHECKPOINT }, async (client) => {
      const failing = client.sampleSolutions(sampleRequest()).next();
      await expect(failing).rejects.toMatchObject({ violations: [{ field: 'problems[0].prompt' }] });
      await expect(failing).rejects.toThrow(/of problem a with max_new_tokens must fit the memory: .* MiB of weights/);
      const solving = client.solveProblem(
        SolveProblemRequest.create({ ...sampleRequest(), problem: problem('a'), maxAttempts: 1 }),
      );
      await expect(solving.next()).rejects.toMatchObject({ violations: [{ field: 'problem.prompt' }] });
    });
  });

  test('finds out by the first sample what no number can be computed with, where nothing was drawn before', async () => {
    const great = join(fixture.folder, 'great');
    await cp(TINY_CHECKPOINT, great, { recursive: true });
    await rewriteWeights(great, 3e38);
    await withGenerator({ checkpoint: great }, async (client) => {
      const failing = client.sampleSolutions(sampleRequest({ problems: [problem('a')] })).next();
      await expect(failing).rejects.toMatchObject({ code: 'INTERNAL', reason: 'NON_FINITE_LOGITS' });
      await expect(failing).rejects.toThrow('SampleGroup a, sample');
    });
  });

  test('goes back and forth between models of different shapes', async () => {
    const expected = byId(await fixture.sample());
    const wide = join(fixture.folder, 'wide');
    const { config } = await readCheckpoint(TINY_CHECKPOINT);
    const other = { ...config, numLayers: 1 };
    await writeCheckpoint(wide, { config: other, weights: initialWeights(other, 3), tokenizerFrom: TINY_CHECKPOINT });
    await fixture.load(wide);
    expect((await fixture.client.getModel({})).numLayers).toBe(1);
    expect(await fixture.sample()).toHaveLength(12);
    await fixture.load(TINY_CHECKPOINT);
    expect(byId(await fixture.sample())).toEqual(expected);
  });
});

/** A generator of its own for one test. */
async function withGenerator(
  fields: { readonly memoryBytes?: number; readonly checkpoint?: string },
  run: (client: RpcClient<typeof GeneratorServiceService>) => Promise<void>,
): Promise<void> {
  const generator = await startGenerator(
    { ...TEST_CONFIG, evaluatorAddress: '127.0.0.1:1', ...fields },
    { logger: silentLogger, handleSignals: false },
  );
  const client = createClient(GeneratorServiceClient, `127.0.0.1:${generator.port}`);
  try {
    await run(client);
  } finally {
    client.close();
    await generator.close();
  }
}

describe('when the folder of the loaded checkpoint goes away', () => {
  const score = (): Promise<unknown> => fixture.client.scoreTexts({ texts: ['abc'], expectedWeightsDigest: '' });
  const folder = (name: string): string => join(fixture.folder, name);
  let loaded: string;

  beforeAll(async () => {
    const { config } = await readCheckpoint(TINY_CHECKPOINT);
    const weights = initialWeights(config, 11);
    loaded = await writeCheckpoint(folder('here'), { config, weights, tokenizerFrom: TINY_CHECKPOINT });
    await fixture.load(folder('here'));
    await rename(folder('here'), folder('there'));
  });

  test('sampling goes on, scoring says which file is gone, and the model stays', async () => {
    const path = join(folder('here'), 'model.safetensors');
    const gone = { code: 'FAILED_PRECONDITION', reason: 'LOADED_CHECKPOINT_GONE', metadata: { path } };
    await expect(score()).rejects.toMatchObject(gone);
    await expect(score()).rejects.toThrow(`got no ${path}`);
    expect(await fixture.sample()).toHaveLength(12);
    expect((await fixture.client.getModel({})).checkpoint).toEqual({ path: folder('here'), digest: loaded });
  });

  test('the same goes for other files in its place', async () => {
    await cp(TINY_CHECKPOINT, folder('here'), { recursive: true });
    await expect(score()).rejects.toMatchObject({ reason: 'LOADED_CHECKPOINT_GONE' });
    await expect(score()).rejects.toThrow('want the file as it was when it was opened, got another content');
  });

  test('loading it from where it is now makes scoring work', async () => {
    const model = await fixture.load(folder('there'), loaded);
    expect(model.checkpoint).toEqual({ path: folder('there'), digest: loaded });
    await score();
    await rm(folder('there'), { recursive: true });
    await score(); // what has been read is kept
  });
});

/** Writes a number over the last of the weights. */
async function overwriteLastNumber(checkpoint: string, value: number): Promise<void> {
  const path = join(checkpoint, 'model.safetensors');
  const bytes = await readFile(path);
  bytes.writeFloatLE(value, bytes.length - 4);
  await writeFile(path, bytes);
}

/** Writes a number over all of the output layer's weights. */
async function rewriteWeights(checkpoint: string, value: number): Promise<void> {
  const { config, weights } = await readCheckpoint(TINY_CHECKPOINT);
  const changed = new Map(weights);
  const { shape, data } = weights.get('lm_head.weight')!;
  changed.set('lm_head.weight', { shape, data: data.fill(value) });
  await rm(checkpoint, { recursive: true });
  await writeCheckpoint(checkpoint, { config, weights: changed, tokenizerFrom: TINY_CHECKPOINT });
}

describe('when other weights are loaded under a call', () => {
  const problems = Array.from({ length: 400 }, (_, i) => problem(`p${i}`));
  let second: string;

  beforeAll(async () => {
    second = join(fixture.folder, 'second');
    const { config } = await readCheckpoint(TINY_CHECKPOINT);
    await writeCheckpoint(second, { config, weights: initialWeights(config, 5), tokenizerFrom: TINY_CHECKPOINT });
  });

  test('one that expects the old ones ends with FAILED_PRECONDITION', async () => {
    await fixture.load(TINY_CHECKPOINT);
    const stream = fixture.client.sampleSolutions(
      sampleRequest({ problems, samplesPerProblem: 16, expectedWeightsDigest: digest }),
    );
    const first = await stream.next();
    await fixture.load(second);
    const digests = new Set([(first.value as SampleSolutionsResponse).event!.value.weightsDigest]);
    const rest = async (): Promise<void> => {
      for await (const { event } of stream) digests.add(event!.value.weightsDigest);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'OTHER_WEIGHTS_LOADED' });
    expect([...digests]).toEqual([digest]);
  });

  test('one that expects nothing goes on with the new ones, and every group is of one model', async () => {
    await fixture.load(TINY_CHECKPOINT);
    const digests = new Map<string, Set<string>>();
    let loading: Promise<unknown> | undefined;
    for await (const { event } of fixture.client.sampleSolutions(
      sampleRequest({ problems: problems.slice(0, 60), samplesPerProblem: 16 }),
    )) {
      const { problemId, weightsDigest } = event!.value;
      digests.set(problemId, (digests.get(problemId) ?? new Set()).add(weightsDigest));
      loading ??= fixture.load(second);
    }
    await loading;
    expect(digests.size).toBe(60);
    expect([...digests.values()].every((each) => each.size === 1)).toBe(true);
    expect(new Set([...digests.values()].flatMap((each) => [...each])).size).toBe(2);
  });

  test('two clients who load in turn both get on', async () => {
    const clients = [TINY_CHECKPOINT, second].map((path) => ({
      path,
      sampler: createRemoteSampler({
        client: fixture.client,
        sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens: 8, stop: [], cleanUpSpaces: false },
        backoff: { firstMs: 10, mostMs: 100 },
      }),
    }));
    const counts = await Promise.all(
      clients.map(async ({ path, sampler }) => {
        const { signal } = new AbortController();
        const checkpoint = await sampler.load({ path, digest: undefined }, signal);
        let groups = 0;
        const some = problems.slice(0, 40);
        for await (const { solutions } of sampler.sample(
          { problems: some, samplesPerProblem: 32, condition: 'none', seed: 1n, checkpoint },
          signal,
        )) {
          groups++;
          expect(solutions.every(({ weightsDigest }) => weightsDigest === checkpoint.digest)).toBe(true);
        }
        return groups;
      }),
    );
    expect(counts).toEqual([40, 40]);
  });
});
