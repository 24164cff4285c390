import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goldenPath } from '@leti/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InvalidCheckpointError } from './errors.ts';
import { inspectCheckpoint, readCheckpoint } from './index.ts';
import { readJson } from './read-json.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-readable-'));
  await cp(goldenPath('codegen-tiny'), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const NAMES = ['config.json', 'tokenizer.json', 'generation_config.json', 'model.safetensors'];

test.each(NAMES)('a pipe in place of %s is refused, and nobody waits for its writer', async (name) => {
  await rm(join(folder, name), { force: true });
  execFileSync('mkfifo', [join(folder, name)]);
  await expect(readCheckpoint(folder)).rejects.toThrow(`${name}: want a file, got a device, a pipe or a socket`);
  await expect(inspectCheckpoint(folder)).rejects.toThrow('want a file');
});

test('a link to a device that never ends is refused', async () => {
  const path = join(folder, 'tokenizer_config.json');
  await rm(path, { force: true });
  await symlink('/dev/zero', path);
  await expect(readCheckpoint(folder)).rejects.toThrow(InvalidCheckpointError);
});

test('a link to itself is a fault of the checkpoint', async () => {
  const path = join(folder, 'loop.json');
  await symlink('loop.json', path);
  await expect(readJson(path)).rejects.toThrow('want a path that can be read, got ELOOP');
});

test('a path with a zero byte is a fault of the checkpoint', async () => {
  await expect(readCheckpoint(`${folder}\0`)).rejects.toThrow(InvalidCheckpointError);
});
