import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspectCheckpoint, readCheckpoint } from '@leti/checkpoint';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runProgram } from '../program.ts';

const golden = goldenPath('codegen-tiny');

async function leti(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        written[name] += chunk.toString('utf8');
        done();
      },
    });
  const signal = new AbortController().signal;
  const code = await runProgram(args, { stdout: sink('stdout'), stderr: sink('stderr'), signal });
  return { code, ...written };
}

/** The golden model without LETI's tokens. */
async function plainModel(): Promise<string> {
  const folder = join(temporaryFolder(), 'plain');
  await cp(golden, folder, { recursive: true });
  const path = join(folder, 'tokenizer.json');
  const json = (await readFile(path, 'utf8')).replaceAll(/<\|(good|bad|lang_feedback|\/lang_feedback)\|>/g, '<old $1>');
  await writeFile(path, json);
  return folder;
}

describe('leti model import', () => {
  test('makes a folder into one of the store, with the tokens it lacked', async () => {
    const store = temporaryFolder();
    const from = await plainModel();
    const { code, stdout, stderr } = await leti(
      'model',
      'import',
      from,
      '--store',
      store,
      '--dtype',
      'bfloat16',
      '--max-shard-size',
      '20kB',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('importing the folder')]);
    const out = join(store, 'models', 'plain');
    const { digest, files, specialTokens, parametersByType } = await inspectCheckpoint(out);
    expect(stdout).toContain(`${out} (${digest})`);
    expect(stdout).toContain(
      'added <|bad|> 64, <|good|> 65, <|lang_feedback|> 66, <|/lang_feedback|> 67, with 4 new rows',
    );
    expect([files.length, Object.keys(parametersByType)]).toEqual([4, ['BF16']]);
    expect(specialTokens.map(({ id }) => id)).toEqual([65, 64, 66, 67, 0]);
    await expect(readCheckpoint(out, { expectedDigest: digest })).resolves.toBeDefined();
  });

  test('with --json prints one document', async () => {
    const out = join(temporaryFolder(), 'out');
    const { code, stdout } = await leti('model', 'import', golden, '--out', out, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: out,
      addedTokens: [],
      addedRows: 0,
      from: { dtype: 'unchanged' },
    });
  });

  test.each([
    [['./absent'], "expected a folder or a model's id on a hub, owner/name, got './absent'"],
    [['a/b/c'], 'expected a folder'],
    [[golden, '--dtype', 'int8'], 'Allowed choices are float32, float16, bfloat16'],
    [[golden, '--max-shard-size', 'much'], "Expected a size, e.g. '5GB'"],
    [['a/b', '--hub-endpoint', 'ftp://x'], 'hub endpoint must be an http or https address'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await leti('model', 'import', ...args, '--store', temporaryFolder());
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('says which tensor is not finite, and leaves nothing', async () => {
    const from = await plainModel();
    const path = join(from, 'model.safetensors');
    const bytes = await readFile(path);
    bytes.writeUInt32LE(0x7fc00000, bytes.length - 4);
    await writeFile(path, bytes);
    const store = temporaryFolder();
    const { code, stderr } = await leti('model', 'import', from, '--store', store);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/model\.safetensors: \S+ must be finite, got NaN at element \d+/),
    ]);
    expect(await readdir(join(store, 'models')).catch(() => [])).toEqual([]);
  });

  describe('from a hub', () => {
    afterEach(() => vi.unstubAllEnvs());

    /** The least of a hub: a listing without hashes' twins, and the files. */
    async function hub(
      files: Readonly<Record<string, Buffer>>,
    ): Promise<{ endpoint: string; tokens: (string | undefined)[] }> {
      const tokens: (string | undefined)[] = [];
      const { createHash } = await import('node:crypto');
      const commit = 'c'.repeat(40);
      const server = createServer((request, response) => {
        tokens.push(request.headers.authorization);
        const { pathname } = new URL(request.url!, 'http://hub');
        if (pathname === '/api/models/me/tiny/revision/main') {
          const siblings = Object.entries(files).map(([rfilename, content]) => ({
            rfilename,
            size: content.length,
            lfs: { sha256: createHash('sha256').update(content).digest('hex') },
          }));
          return void response.end(JSON.stringify({ sha: commit, siblings }));
        }
        const content = files[pathname.replace(`/me/tiny/resolve/${commit}/`, '')];
        return void (content === undefined ? response.writeHead(404).end() : response.end(content));
      });
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
      onTestFinished(() => void server.close());
      return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
    }

    const goldenFiles = async (): Promise<Record<string, Buffer>> => {
      const from = await plainModel();
      const names = await readdir(from);
      return Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await readFile(join(from, name))] as const)),
      );
    };

    test('downloads, imports, clears the download away, and says where it came from', async () => {
      const { endpoint, tokens } = await hub(await goldenFiles());
      vi.stubEnv('HF_TOKEN', 'hf_secret');
      const store = temporaryFolder();
      const args = ['model', 'import', 'me/tiny', '--store', store, '--hub-endpoint', endpoint];
      const { code, stdout, stderr } = await leti(...args);
      expect([code, stderr]).toEqual([0, expect.stringContaining(`downloading me/tiny at commit ${'c'.repeat(40)}`)]);
      expect(await readdir(join(store, 'models'))).toEqual(['me--tiny']);
      const out = join(store, 'models', 'me--tiny');
      const record = JSON.parse(await readFile(join(out, 'import.json'), 'utf8')) as { from: unknown };
      expect(record.from).toEqual({ repo: 'me/tiny', commit: 'c'.repeat(40), dtype: 'unchanged', maxShardBytes: null });
      expect(new Set(tokens)).toEqual(new Set(['Bearer hf_secret']));
      expect(stdout + stderr).not.toContain('hf_secret');
      const requests = tokens.length;
      expect((await leti(...args)).stdout).toBe(stdout);
      expect(tokens.length).toBe(requests + 1); // again asks which commit it is, and for nothing else
    });

    test('refuses a name that something else has before it downloads', async () => {
      const { endpoint, tokens } = await hub(await goldenFiles());
      const store = temporaryFolder();
      await mkdir(join(store, 'models/me--tiny'), { recursive: true });
      const { code, stderr } = await leti('model', 'import', 'me/tiny', '--store', store, '--hub-endpoint', endpoint);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--out: expected a free name')]);
      expect(tokens).toHaveLength(1);
    });

    test('keeps what has come when a file is missing, and says what to do when the hub is away', async () => {
      const { 'model.safetensors': weights, ...files } = await goldenFiles();
      const { endpoint } = await hub(files);
      const missing = await leti(
        'model',
        'import',
        'me/tiny',
        '--store',
        temporaryFolder(),
        '--hub-endpoint',
        endpoint,
      );
      expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('want model.safetensors at commit')]);
      expect(weights).toBeDefined();
      vi.stubEnv('LETI_HUB_ENDPOINT', endpoint);
      const absent = await leti('model', 'import', 'me/other', '--store', temporaryFolder());
      expect([absent.code, absent.stderr]).toEqual([
        2,
        expect.stringContaining('a private or gated model needs a token'),
      ]);
    });
  });
});

describe('leti model inspect', () => {
  test('prints shapes by layer, types, digest and special tokens', async () => {
    const { code, stdout } = await leti('model', 'inspect', golden);
    expect(code).toBe(0);
    const { digest } = await inspectCheckpoint(golden);
    for (const part of [
      'codegen (codegen shape)',
      digest,
      '<|good|> 1',
      '2 of width 32, inner 128',
      '64 tokens, 64 rows',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toMatch(/transformer\.h\.\*\.attn\.qkv_proj\.weight +F32 +\[96, 32\] +2 +6,144/);
  });

  test('says how to add tokens that are missing, and reads pytorch_model.bin too', async () => {
    const folder = await plainModel();
    const { code, stdout } = await leti('model', 'inspect', folder);
    expect([code, stdout]).toEqual([0, expect.stringContaining("LETI's tokens are missing: leti model import ")]);
    await rename(join(folder, 'model.safetensors'), join(folder, 'pytorch_model.bin'));
    const { stderr } = await leti('model', 'inspect', folder);
    expect(stderr).toContain('pytorch_model.bin: want a file that torch.save wrote, got another format');
  });

  test('with --json gives every weight', async () => {
    const { stdout } = await leti('model', 'inspect', golden, '--json');
    const report = JSON.parse(stdout) as { weights: unknown[]; parameters: number };
    expect([report.weights.length, report.parameters]).toEqual([21, 29_248]);
  });

  test('of a folder that is none is bad input', async () => {
    const { code, stderr } = await leti('model', 'inspect', join(temporaryFolder(), 'absent'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('want a folder with config.json and weights')]);
  });
});
