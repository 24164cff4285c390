import { cp, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { checkpointDigest } from '../checkpoint-digest.ts';
import { readCheckpoint } from '../read-checkpoint.ts';
import { withSlowTokenizer } from '../testing/with-slow-tokenizer.ts';
import { testHub, type TestHub, type TestHubOptions } from '../testing/hub-server.ts';
import { writeCheckpoint } from '../write-checkpoint.ts';
import { downloadModel, findModel } from './download-model.ts';
import { HubError } from './hub-error.ts';
import type { HubOptions } from './hub-request.ts';

const golden = goldenPath('codegen-tiny');
const repo = 'someone/codegen-tiny';

async function filesIn(folder: string): Promise<Record<string, Uint8Array>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

const hubWith = async (options: Partial<TestHubOptions> = {}): Promise<TestHub> =>
  testHub({
    repo,
    files: { ...(await filesIn(golden)), 'README.md': Buffer.from('read me'), 'evil.py': Buffer.from('1') },
    ...options,
  });

/** Finds and downloads with short pauses. */
async function download(
  folder: string,
  options: HubOptions,
  onBytes: (bytes: number) => void = () => {},
): Promise<string> {
  const quick = { firstPauseMs: 1, ...options };
  const listing = await findModel(repo, 'main', quick);
  await downloadModel(listing, folder, quick, ({ bytes }) => onBytes(bytes));
  return listing.commit;
}

async function failure(promise: Promise<unknown>): Promise<HubError> {
  const error = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
}

describe('downloadModel', () => {
  test('gives up on a server that begins anew each time and gets no further', async () => {
    let asked = 0;
    const hub = await hubWith({
      intercept: ({ url, method }, response, content) => {
        if (method !== 'GET' || !url!.endsWith('model.safetensors')) return false;
        asked++;
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 10), () => response.destroy());
        return true;
      },
    });
    const error = await failure(download(join(temporaryFolder(), 'model'), hub));
    expect([error.reason, asked <= 7]).toEqual(['unavailable', true]);
  });

  test('brings the files of a checkpoint, checked, and nothing else', async () => {
    const hub = await hubWith();
    const folder = join(temporaryFolder(), 'model');
    const told: number[] = [];
    expect(await download(folder, hub, (bytes) => told.push(bytes))).toBe(hub.commit);
    expect(await readdir(folder)).toEqual(await readdir(golden));
    expect(await checkpointDigest(folder)).toBe(await checkpointDigest(golden));
    const total = Object.values(await filesIn(golden)).reduce((sum, { length }) => sum + length, 0);
    expect([told.at(-1), told.toSorted((a, b) => a - b)]).toEqual([total, told]);
    expect(hub.seen.filter(({ server }) => server === 'storage').map(({ path }) => path)).toEqual([
      '/model.safetensors',
    ]);
  });

  test('asks for nothing large of a model that cannot be run', async () => {
    const files = { ...(await filesIn(golden)), 'config.json': Buffer.from('{"model_type": "gpt2"}') };
    const hub = await hubWith({ files });
    await expect(download(temporaryFolder(), hub)).rejects.toThrow('model_type must be "codegen"');
    expect(hub.seen.map(({ path }) => path.split('/').at(-1))).toEqual(['main?blobs=true', 'config.json']);
  });

  test('asks for nothing again that is there and right', async () => {
    const hub = await hubWith();
    const folder = temporaryFolder();
    await download(folder, hub);
    const before = hub.seen.length;
    await download(folder, hub);
    expect(hub.seen.slice(before).map(({ path }) => path)).toEqual([`/api/models/${repo}/revision/main?blobs=true`]);
  });

  test('brings every shard of an index, and of nothing else', async () => {
    const source = await readCheckpoint(golden);
    const sharded = join(temporaryFolder(), 'sharded');
    await writeCheckpoint(sharded, { ...source, tokenizerFrom: golden, maxShardBytes: 40_000 });
    const files = { ...(await filesIn(sharded)), 'model-00009-of-00009.safetensors': new Uint8Array(5) };
    const folder = temporaryFolder();
    await download(folder, await hubWith({ files }));
    expect(await readdir(folder)).toEqual(await readdir(sharded));
    const { weights } = await readCheckpoint(folder);
    expect(weights.get('lm_head.weight')!.data).toEqual(source.weights.get('lm_head.weight')!.data);
  });

  test('brings vocab.json and merges.txt where there is no tokenizer.json, and only there', async () => {
    const older = join(temporaryFolder(), 'older');
    await cp(golden, older, { recursive: true });
    await withSlowTokenizer(older);
    await writeFile(join(older, 'added_tokens.json'), '{}');
    const files = await filesIn(older);
    const folder = temporaryFolder();
    await download(folder, await hubWith({ files }));
    expect(await readdir(folder)).toEqual(await readdir(older));
    const newer = temporaryFolder();
    await download(newer, await hubWith({ files: { ...files, ...(await filesIn(golden)) } }));
    expect(await readdir(newer)).not.toContain('merges.txt');
  });

  test('goes on where a cut connection stopped', async () => {
    let cuts = 0;
    const hub = await hubWith({
      intercept(request, response, content) {
        if (content.length < 4096 || cuts++ >= 6) return false;
        const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
        response.writeHead(start > 0 ? 206 : 200, {
          'content-length': content.length - start,
          'content-range': `bytes ${start}-`,
        });
        response.write(content.subarray(start, start + 10_000), () => setTimeout(() => response.destroy(), 20));
        return true;
      },
    });
    const folder = temporaryFolder();
    await download(folder, hub);
    expect(await checkpointDigest(folder)).toBe(await checkpointDigest(golden));
    const asked = hub.seen.filter(({ server }) => server === 'storage').map(({ range }) => range);
    const starts = asked.map((range) => Number(/\d+/.exec(range ?? '0')![0]));
    // What arrived just before a cut may be lost with it, but nothing before that.
    expect(starts).toHaveLength(7);
    expect(starts.at(-1)).toBeGreaterThan(0);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test('goes on where an earlier process stopped, and begins again where the hub cannot', async () => {
    const content = await readFile(join(golden, 'model.safetensors'));
    for (const ranges of [true, false]) {
      const hub = await hubWith({
        intercept(request, response) {
          if (ranges || request.method === 'HEAD' || request.headers.range === undefined) return false;
          response.writeHead(200, { 'content-length': content.length }).end(content);
          return true;
        },
      });
      const folder = temporaryFolder();
      await writeFile(join(folder, 'model.safetensors.part'), content.subarray(0, 50_000));
      await download(folder, hub);
      expect(await readFile(join(folder, 'model.safetensors'))).toEqual(content);
      expect(hub.seen.find(({ server }) => server === 'storage')?.range).toBe('bytes=50000-');
    }
  });

  test('tries again when the hub is overloaded, and not for ever', async () => {
    let refusals = 0;
    const intercept: TestHubOptions['intercept'] = (_, response) => {
      if (refusals-- <= 0) return false;
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    };
    const hub = await hubWith({ intercept });
    refusals = 4;
    await download(temporaryFolder(), hub);
    refusals = 100;
    const error = await failure(download(temporaryFolder(), hub));
    expect(error).toMatchObject({ reason: 'unavailable' });
    expect(error.message).toContain('in 5 tries, got: HTTP 503');
  });

  test('gives up a connection that brings nothing', async () => {
    const hub = await hubWith({ intercept: () => true });
    const error = await failure(download(temporaryFolder(), { ...hub, stallMs: 20 }));
    expect(error.message).toContain('nothing came for 20 ms');
  });

  test.each([
    ['a byte changed', (content: Uint8Array) => content.map((byte, i) => (i === 9 ? byte ^ 1 : byte))],
    ['a byte too many', (content: Uint8Array) => Buffer.concat([content, Buffer.of(1)])],
  ] as const)(
    // prettier-ignore
    'refuses a file with %s, and keeps nothing of it',
    async (_, change) => {
      const hub = await hubWith({
        intercept(_request, response, content) {
          if (content.length < 4096) return false;
          response.end(change(content));
          return true;
        },
      });
      const folder = temporaryFolder();
      const error = await failure(download(folder, hub));
      expect(error).toMatchObject({
        reason: 'corrupt',
        url: `${hub.endpoint}/${repo}/resolve/${hub.commit}/model.safetensors`,
      });
      expect(await readdir(folder)).not.toContain('model.safetensors');
      const part = await stat(join(folder, 'model.safetensors.part')).catch(() => ({ size: 0 }));
      expect(part.size).toBe(0);
    },
  );

  test('brings a damaged file of an earlier download again', async () => {
    const hub = await hubWith();
    const folder = temporaryFolder();
    await download(folder, hub);
    await truncate(join(folder, 'config.json'), 10);
    await download(folder, hub);
    expect(await checkpointDigest(folder)).toBe(await checkpointDigest(golden));
  });

  test('sends the token to the hub and to nobody else, and tells it to nobody', async () => {
    const hub = await hubWith({ token: 'hf_secret' });
    await download(temporaryFolder(), { ...hub, token: 'hf_secret' });
    expect(new Set(hub.seen.map(({ server, authorization }) => `${server} ${authorization}`))).toEqual(
      new Set(['hub Bearer hf_secret', 'storage undefined']),
    );
    const error = await failure(download(temporaryFolder(), { ...hub, token: 'hf_wrong' }));
    expect(error).toMatchObject({ reason: 'denied' });
    expect(inspect(error, { depth: 9 })).not.toContain('hf_wrong');
    expect((await failure(download(temporaryFolder(), hub))).message).toContain(
      'a private or gated model needs a token',
    );
  });

  test('asks for hashes where a mirror does not list them', async () => {
    const hub = await hubWith({ bareListing: true });
    const folder = temporaryFolder();
    await download(folder, hub);
    expect(await checkpointDigest(folder)).toBe(await checkpointDigest(golden));
    expect(hub.seen.filter(({ method }) => method === 'HEAD').every(({ server }) => server === 'hub')).toBe(true);
  });

  test('stops at once when told to, and keeps what has come', async () => {
    const stop = new AbortController();
    const hub = await hubWith();
    const folder = temporaryFolder();
    const reason = new Error('enough');
    const stopping = download(folder, { ...hub, signal: stop.signal }, (bytes) => bytes > 2000 && stop.abort(reason));
    await expect(stopping).rejects.toThrow('enough');
    await download(folder, hub);
    expect(await checkpointDigest(folder)).toBe(await checkpointDigest(golden));
  });
});

describe('findModel', () => {
  test('names what is missing', async () => {
    const { 'tokenizer.json': _, ...files } = await filesIn(golden);
    const hub = await hubWith({ files });
    expect(await failure(findModel(repo, 'main', hub))).toMatchObject({ reason: 'not_found' });
    expect((await failure(findModel(repo, 'main', hub))).message).toContain(
      'want tokenizer.json, or vocab.json and merges.txt, at commit',
    );
    expect(await failure(findModel(repo, 'v2', hub))).toMatchObject({ reason: 'not_found' });
    expect(await failure(findModel('someone/else', 'main', hub))).toMatchObject({ reason: 'not_found' });
  });

  test.each(['../etc', 'a/b/c', 'a b', '', 'http://x', 'a/..', '/a'])('refuses %j, which is no id', async (id) => {
    await expect(findModel(id, 'main', { endpoint: 'http://127.0.0.1:9' })).rejects.toThrow(RangeError);
  });

  test.each(['ftp://hub', 'hub', 'http://user:secret@hub', 'http://hub?key=secret'])(
    'refuses the endpoint %s',
    async (endpoint) => {
      const error = (await findModel(repo, 'main', { endpoint }).catch((caught: unknown) => caught)) as Error;
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).not.toContain('secret');
    },
  );

  test('says what stands in the way of a connection', async () => {
    const error = await failure(findModel(repo, 'main', { endpoint: 'http://127.0.0.1:9', firstPauseMs: 1 }));
    expect(error).toMatchObject({ reason: 'unavailable' });
    expect(error.message).toMatch(/fetch failed: .+/);
  });
});
