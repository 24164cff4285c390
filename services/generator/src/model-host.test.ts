import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import { initialWeights, parseModelConfig, Sampler } from '@leti/nn';
import { goldenPath, readGolden } from '@leti/testing';
import { loadTokenizer } from '@leti/tokenizer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelHost } from './model-host.ts';
import type { GroupOrder } from './model-messages.ts';

const host = new ModelHost();
const folder = goldenPath('codegen-tiny');
beforeAll(() => host.load({ path: folder, folder, digest: undefined, rows: 4, memoryBytes: undefined }));
afterAll(() => host.dispose());

const order = (samples: number, stop: readonly string[] = []): GroupOrder => ({
  problemId: 'p',
  prompt: 'def f(x):\n',
  condition: 'none',
  sampling: { temperature: 1, topP: 1, topK: 0, maxNewTokens: 48, stop, cleanUpSpaces: false },
  samples: Array.from({ length: samples }, (_, sampleIndex) => ({ sampleIndex, seed: BigInt(sampleIndex) })),
  expectedDigest: undefined,
});

test('stops decoding within a chunk of being cancelled', async () => {
  await host.sampleGroup(order(1), new AbortController().signal); // the graph is made
  const abort = new AbortController();
  const drawing = host.sampleGroup(order(400), abort.signal).catch((error: unknown) => error);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 3; i++) await turn();
  abort.abort(new Error('enough'));
  let turns = 0; // of the event loop; a chunk is decoded in one
  let ended = false;
  const ending = drawing.finally(() => (ended = true));
  while (!ended) {
    await turn();
    turns++;
  }
  expect(await ending).toEqual(new Error('enough'));
  expect(turns).toBeLessThanOrEqual(2);
});

test('hears of an abort while it scores many texts', async () => {
  const abort = new AbortController();
  const scoring = host.score(
    Array.from({ length: 200 }, () => 'x'.repeat(64)),
    undefined,
    abort.signal,
  );
  let ended = false;
  const ending = scoring.catch((error: unknown) => error).finally(() => (ended = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  abort.abort(new Error('enough'));
  expect(await ending).toEqual(new Error('enough'));
});

test('ends a text at an id that only generation_config.json names', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'leti-model-host-'));
  const chat = new ModelHost();
  try {
    const { signal } = new AbortController();
    const free = await host.sampleGroup(order(1), signal);
    const { tokenIds, finishReason } = free.samples[0]!;
    expect(finishReason).toBe('length');
    const path = join(scratch, 'chat');
    await cp(folder, path, { recursive: true });
    await writeFile(join(path, 'generation_config.json'), JSON.stringify({ eos_token_id: [0, tokenIds[9]!] }));
    await chat.load({ path, folder: path, digest: undefined, rows: 4, memoryBytes: undefined });
    const end = tokenIds.indexOf(tokenIds[9]!) + 1;
    const drawn = await chat.sampleGroup(order(1), signal);
    expect(drawn).toMatchObject({ samples: [{ tokenIds: tokenIds.slice(0, end), finishReason: 'eos' }] });
  } finally {
    chat.dispose();
    await rm(scratch, { recursive: true });
  }
});

test('keeps the old weights when new ones do not work, also when their folder is gone', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'leti-model-host-'));
  const { signal } = new AbortController();
  try {
    const [old, broken] = [join(scratch, 'old'), join(scratch, 'broken')];
    const { config, weights } = await readCheckpoint(folder);
    const { shape, data } = weights.get('lm_head.weight')!;
    const great = { shape, data: data.fill(3e38) };
    const changed = new Map(weights).set('lm_head.weight', great);
    await writeCheckpoint(old, { config, weights: initialWeights(config, 1), tokenizerFrom: folder });
    await writeCheckpoint(broken, { config, weights: changed, tokenizerFrom: folder });
    const { digest } = await host.load({ path: old, folder: old, digest: undefined, rows: 4, memoryBytes: undefined });
    const before = [await host.sampleGroup(order(1), signal), await host.score(['def f'], undefined, signal)];
    await rm(old, { recursive: true });
    await expect(
      host.load({ path: broken, folder: broken, digest: undefined, rows: 4, memoryBytes: undefined }),
    ).rejects.toThrow('NaN');
    expect([await host.sampleGroup(order(1), signal), await host.score(['def f'], undefined, signal)]).toEqual(before);
    expect(before[0]!.digest).toBe(digest);
    await host.load({ path: folder, folder, digest: undefined, rows: 4, memoryBytes: undefined });
    expect((await host.sampleGroup(order(1), signal)).digest).not.toBe(digest);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('puts a model of another shape in the place of the old one where memory has no room for both', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'leti-model-host-'));
  const small = new ModelHost();
  try {
    const { signal } = new AbortController();
    const { config } = await readCheckpoint(folder);
    const wide = { ...config, innerDim: 2 * config.innerDim };
    const [good, broken] = [join(scratch, 'good'), join(scratch, 'broken')];
    const weights = initialWeights(wide, 1);
    const { shape, data } = weights.get('lm_head.weight')!;
    const noNumbers = new Map(weights).set('lm_head.weight', { shape, data: data.map(() => 3e38) });
    await writeCheckpoint(good, { config: wide, weights, tokenizerFrom: folder });
    await writeCheckpoint(broken, { config: wide, weights: noNumbers, tokenizerFrom: folder });
    const group = { promptIds: new Int32Array(1), samples: [], temperature: 1, topP: 1, maxNewTokens: 48, eosTokenIds: [], groupId: '' }; // prettier-ignore
    // Room for either with a graph, not for both.
    const memoryBytes = Sampler.plannedBytes({ config: wide, rows: 4 }, group) + 100_000;
    const load = (path: string) => small.load({ path, folder: path, digest: undefined, rows: 4, memoryBytes });
    const old = await load(folder);
    const before = await small.sampleGroup(order(2), signal);
    const running = small.sampleGroup(order(40), signal);
    await expect(load(broken)).rejects.toThrow('NaN');
    expect((await running).samples).toHaveLength(40);
    expect(before.digest).toBe(old.digest);
    expect(await small.sampleGroup(order(2), signal)).toEqual(before);
    const { digest } = await load(good);
    expect(await small.sampleGroup(order(2), signal)).toMatchObject({ digest });
  } finally {
    small.dispose();
    await rm(scratch, { recursive: true });
  }
});

test('draws other texts with products in bfloat16', async () => {
  const half = new ModelHost();
  try {
    await half.load({ path: folder, folder, digest: undefined, rows: 4, memoryBytes: undefined, products: 'bfloat16' });
    const { signal } = new AbortController();
    const logprobs = (drawn: { samples: readonly { logprobs: readonly number[] }[] }) => drawn.samples.flatMap((sample) => sample.logprobs); // prettier-ignore
    const [inHalf, inFull] = [await half.sampleGroup(order(2), signal), await host.sampleGroup(order(2), signal)];
    expect(logprobs(inHalf)).not.toEqual(logprobs(inFull));
  } finally {
    half.dispose();
  }
});

test('serves a model of the Llama shape, and puts its own token before every prompt', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'leti-model-host-'));
  const llama = new ModelHost();
  try {
    const { 'llama-3': family } =
      readGolden<Record<string, { tokenizer: object; eos: string; prefix: number[] }>>('tokenizer-families.json');
    await writeFile(join(scratch, 'tokenizer.json'), JSON.stringify(family!.tokenizer));
    await writeFile(join(scratch, 'tokenizer_config.json'), JSON.stringify({ eos_token: family!.eos }));
    const tokenizer = await loadTokenizer(scratch);
    const config = parseModelConfig({
      model_type: 'llama',
      hidden_size: 32,
      intermediate_size: 48,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      vocab_size: tokenizer.vocabSize,
      max_position_embeddings: 64,
      rms_norm_eps: 1e-5,
      rope_theta: 10000,
      tie_word_embeddings: true,
      eos_token_id: tokenizer.special.eos,
    });
    const path = join(scratch, 'model');
    await writeCheckpoint(path, { config, weights: initialWeights(config, 1), tokenizerFrom: scratch });
    const model = await llama.load({ path, folder: path, digest: undefined, rows: 4, memoryBytes: undefined });
    expect(model).toMatchObject({ architecture: 'llama', vocabSize: tokenizer.vocabSize });
    const words = tokenizer.encode('def f').length;
    expect(family!.prefix).toHaveLength(1);
    const { sampling } = order(1);
    const planned = { prompts: ['def f'], sampling, samplesPerPrompt: 1 };
    expect(llama.plan({ ...planned, condition: 'none' }).promptTokens).toEqual([1 + words]);
    expect(llama.plan({ ...planned, condition: 'good' })).toEqual({ promptTokens: [2 + words], windowSamples: 8 });
    const { signal } = new AbortController();
    const drawn = await llama.sampleGroup({ ...order(3), condition: 'good' }, signal);
    expect(drawn).toMatchObject({ digest: model.digest });
    expect(await llama.score(['def f'], undefined, signal)).toMatchObject({ digest: model.digest });
  } finally {
    llama.dispose();
    await rm(scratch, { recursive: true });
  }
});

test('refuses a prompt that leaves no room, with the numbers', async () => {
  const { signal } = new AbortController();
  const long = { ...order(1), prompt: 'x'.repeat(60) };
  await expect(host.sampleGroup(long, signal)).rejects.toThrow('must be 1 to 16 tokens');
});

test('cuts at a stop string and keeps what was drawn up to it', async () => {
  const signal = new AbortController().signal;
  const free = await host.sampleGroup(order(8), signal);
  const stopped = await host.sampleGroup(order(8, ['e', 'x']), signal);
  expect(stopped.samples.map(({ text }) => text)).toEqual(free.samples.map(({ text }) => text.split(/[ex]/)[0]));
  for (const [i, { tokenIds }] of stopped.samples.entries()) {
    expect(free.samples[i]!.tokenIds.slice(0, tokenIds.length)).toEqual(tokenIds);
  }
});
