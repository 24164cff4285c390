import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { breakingBase } from './check-breaking.ts';
import { runCommand } from './run-command.ts';

let folder = '';

async function git(...args: string[]): Promise<string> {
  const { status, output } = await runCommand('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
    cwd: folder,
  });
  expect(status, output).toBe(0);
  return output.trim();
}

async function commit(path: string): Promise<string> {
  await mkdir(join(folder, 'proto'), { recursive: true });
  await writeFile(join(folder, path), path);
  await git('add', '.');
  await git('commit', '--quiet', '-m', path);
  return git('rev-parse', 'HEAD');
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-breaking-'));
  await git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a first commit has nothing to be compared with', async () => {
  await commit('proto/a.proto');
  expect(await breakingBase(folder)).toBeUndefined();
});

test('on main the base is the commit before', async () => {
  const first = await commit('proto/a.proto');
  await commit('proto/b.proto');
  expect(await breakingBase(folder)).toBe(first);
});

test('on a branch the base is where it left main', async () => {
  await commit('proto/a.proto');
  const fork = await commit('proto/b.proto');
  await git('checkout', '--quiet', '-b', 'topic');
  await commit('proto/c.proto');
  await commit('proto/d.proto');
  await git('checkout', '--quiet', 'main');
  await commit('proto/e.proto');
  await git('checkout', '--quiet', 'topic');
  expect(await breakingBase(folder)).toBe(fork);
});

test('a base without protos is no base', async () => {
  await commit('README.md');
  await commit('proto/a.proto');
  expect(await breakingBase(folder)).toBeUndefined();
});
