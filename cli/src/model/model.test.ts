import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspectCheckpoint, readCheckpoint } from '@leti/checkpoint';
import { testHub, withoutLetiTokens, type TestHub, type TestHubOptions } from '@leti/checkpoint/testing';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InterruptedError } from '../interrupt.ts';
import { runProgram } from '../program.ts';

const golden = goldenPath('codegen-tiny');

/** Runs `leti` in this process; a last argument that is a signal stops it. */
async function leti(...given: (string | AbortSignal)[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = given.filter((arg) => typeof arg === 'string');
  const signal = given.find((arg) => arg instanceof AbortSignal) ?? new AbortController().signal;
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        written[name] += chunk.toString('utf8');
        done();
      },
    });
  const code = await runProgram(args, { stdout: sink('stdout'), stderr: sink('stderr'), signal });
  return { code, ...written };
}

/** The golden model without LETI's tokens. */
const plainModel = (): Promise<string> => withoutLetiTokens(golden, join(temporaryFolder(), 'plain'));

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

    /** A hub with the golden model as `me/tiny`. */
    async function hub(options: Partial<TestHubOptions> = {}): Promise<TestHub> {
      const from = await plainModel();
      const names = await readdir(from);
      const files = await Promise.all(names.map(async (name) => [name, await readFile(join(from, name))] as const));
      return testHub({ repo: 'me/tiny', files: Object.fromEntries(files), ...options });
    }

    test('downloads, imports, clears the download away, and says where it came from', async () => {
      const { endpoint, commit, seen } = await hub({ token: 'hf_secret' });
      vi.stubEnv('HF_TOKEN', 'hf_secret');
      const store = temporaryFolder();
      const args = ['model', 'import', 'me/tiny', '--store', store, '--hub-endpoint', endpoint];
      const { code, stdout, stderr } = await leti(...args);
      expect([code, stderr]).toEqual([0, expect.stringContaining(`downloading me/tiny at commit ${commit}`)]);
      expect(await readdir(join(store, 'models'))).toEqual(['me--tiny']);
      const text = await readFile(join(store, 'models', 'me--tiny', 'import.json'), 'utf8');
      const { from } = JSON.parse(text) as { from: unknown };
      expect(from).toEqual({ repo: 'me/tiny', commit, dtype: 'unchanged', maxShardBytes: null });
      expect(stdout + stderr + text).not.toContain('hf_secret');
      const requests = seen.length;
      expect((await leti(...args)).stdout).toBe(stdout);
      expect(seen.length).toBe(requests + 1); // again asks which commit it is, and for nothing else
    });

    test('interrupted, it keeps what has come, and the next one goes on there', async () => {
      const stop = new AbortController();
      let slow = true;
      const { endpoint, seen } = await hub({
        intercept(_, response, content) {
          if (!slow || content.length < 4096) return false;
          response.writeHead(200, { 'content-length': content.length });
          response.write(content.subarray(0, 60_000), () => setTimeout(() => stop.abort(new InterruptedError()), 50));
          return true;
        },
      });
      const store = temporaryFolder();
      const args = ['model', 'import', 'me/tiny', '--store', store, '--hub-endpoint', endpoint];
      expect((await leti(...args, stop.signal)).code).toBe(130);
      slow = false;
      expect((await leti(...args)).code).toBe(0);
      const ranges = seen.filter(({ server }) => server === 'storage').map(({ range }) => range);
      expect(ranges).toEqual([undefined, 'bytes=60000-']);
      expect(await readdir(join(store, 'models'))).toEqual(['me--tiny']);
    });

    test('refuses a name that something else has before it downloads', async () => {
      const { endpoint, seen } = await hub();
      const store = temporaryFolder();
      await mkdir(join(store, 'models/me--tiny'), { recursive: true });
      const { code, stderr } = await leti('model', 'import', 'me/tiny', '--store', store, '--hub-endpoint', endpoint);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--out: expected a free name')]);
      expect(seen).toHaveLength(1);
    });

    test('says what is missing, what is denied, and what to do about files that are not as announced', async () => {
      const { endpoint } = await hub({ files: { 'config.json': Buffer.from('{}') } });
      const missing = await leti(
        'model',
        'import',
        'me/tiny',
        '--store',
        temporaryFolder(),
        '--hub-endpoint',
        endpoint,
      );
      expect([missing.code, missing.stderr]).toEqual([
        2,
        expect.stringContaining('want tokenizer.json, or vocab.json and merges.txt, at commit'),
      ]);
      vi.stubEnv('LETI_HUB_ENDPOINT', endpoint);
      const absent = await leti('model', 'import', 'me/other', '--store', temporaryFolder());
      expect([absent.code, absent.stderr]).toEqual([
        2,
        expect.stringContaining('a private or gated model needs a token'),
      ]);
      const locked = await hub({ token: 'hf_secret' });
      const denied = await leti(
        'model',
        'import',
        'me/tiny',
        '--store',
        temporaryFolder(),
        '--hub-endpoint',
        locked.endpoint,
      );
      expect([denied.code, denied.stderr]).toEqual([2, expect.stringContaining('the token is read from HF_TOKEN')]);
      const lying = await hub({
        intercept(_, response, content) {
          response.end(content.map((byte) => byte ^ 1));
          return true;
        },
      });
      const corrupt = await leti(
        'model',
        'import',
        'me/tiny',
        '--store',
        temporaryFolder(),
        '--hub-endpoint',
        lying.endpoint,
      );
      expect([corrupt.code, corrupt.stderr]).toEqual([
        1,
        expect.stringContaining('run it again: what has come is kept'),
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
