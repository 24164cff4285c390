import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointDigest } from '@leti/checkpoint';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkCheckpoint } from './link-checkpoint.ts';
import { TINY_CHECKPOINT } from './testing/run-fixture.ts';

let folder: string;
let from: string;
let to: string;
let digest: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  from = join(folder, 'from');
  to = join(folder, 'own', 'checkpoints', '000');
  await cp(TINY_CHECKPOINT, from, { recursive: true });
  await writeFile(join(from, 'optimizer.safetensors'), 'moments');
  digest = await checkpointDigest(from);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('a fork has the model without taking space, and keeps it when the other run is gone', async () => {
  await linkCheckpoint(from, to, { digest, withOptimizer: false });
  const [own, other] = [to, from].map((folder) => join(folder, 'model.safetensors'));
  expect((await stat(own!)).ino).toBe((await stat(other!)).ino);
  await rm(from, { recursive: true });
  expect(await checkpointDigest(to)).toBe(digest);
  expect(await readdir(to)).not.toContain('optimizer.safetensors');
});

test('takes the optimizer along when it is asked to, and is the same when done again', async () => {
  await linkCheckpoint(from, to, { digest, withOptimizer: true });
  await linkCheckpoint(from, to, { digest, withOptimizer: true });
  expect(await readFile(join(to, 'optimizer.safetensors'), 'utf8')).toBe('moments');
});

test('replaces what a process that died left half there', async () => {
  await cp(join(from, 'config.json'), join(to, 'config.json'));
  await linkCheckpoint(from, to, { digest, withOptimizer: false });
  expect(await checkpointDigest(to)).toBe(digest);
});

test('refuses a checkpoint that is not what it was', async () => {
  await writeFile(join(from, 'config.json'), '{}');
  const linking = linkCheckpoint(from, to, { digest, withOptimizer: false });
  await expect(linking).rejects.toMatchObject({ name: 'DigestMismatchError' });
});
