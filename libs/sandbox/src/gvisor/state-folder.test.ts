import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createStateFolder, deadStateFolders } from './state-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'state-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a folder is its owner’s until that closes it', async () => {
  const folder = await createStateFolder(root);
  expect(await deadStateFolders(root)).toEqual([]);
  folder.close();
  expect(existsSync(folder.path)).toBe(false);
});

test('a folder whose owner was killed is dead', async () => {
  const module = new URL('state-folder.ts', import.meta.url).href;
  const script = `const { createStateFolder } = await import('${module}');
    console.log((await createStateFolder('${root}')).path); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const path = await new Promise<string>((resolve) => {
    owner.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
  expect(await deadStateFolders(root)).toEqual([]);
  const ended = new Promise((resolve) => owner.once('exit', resolve));
  owner.kill('SIGKILL');
  await ended;
  expect(await deadStateFolders(root)).toEqual([path]);
  rmSync(path, { recursive: true });
});

test('a folder that is just being made is not dead', async () => {
  const making = join(root, 'new-sandboxes-0123456789ab');
  mkdirSync(making);
  expect(await deadStateFolders(root)).toEqual([]);
  rmSync(making, { recursive: true });
});

test('a root that others can write to is refused', async () => {
  const open = join(root, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  await expect(createStateFolder(open)).rejects.toThrow('must belong to user');
});

test('a root that is a link is refused, and nothing in it is dead', async () => {
  const target = mkdtempSync(join(root, 'target-'));
  mkdirSync(join(target, 'sandboxes-0123456789ab'));
  const link = join(root, 'link');
  symlinkSync(target, link);
  await expect(createStateFolder(link)).rejects.toThrow('must belong to user');
  expect(await deadStateFolders(link)).toEqual([]);
});

test('what has no name of ours in a root is not dead', async () => {
  const folder = mkdtempSync(join(root, 'full-'));
  mkdirSync(join(folder, 'somebody-elses'));
  expect(await deadStateFolders(folder)).toEqual([]);
});

test('a root that is not there has no folders', async () => {
  expect(await deadStateFolders(join(root, 'nowhere'))).toEqual([]);
});
