import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { differencesOf } from './check-generated.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-generated-'));
  await mkdir(join(folder, 'want', 'v1'), { recursive: true });
  await mkdir(join(folder, 'have', 'v1'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('equal trees have no differences', async () => {
  for (const side of ['want', 'have']) await writeFile(join(folder, side, 'v1', 'a.ts'), 'export {};');
  expect(await differencesOf(join(folder, 'want'), join(folder, 'have'))).toEqual([]);
});

test('a missing, a left-over and a changed file are each named', async () => {
  await writeFile(join(folder, 'want', 'v1', 'missing.ts'), '');
  await writeFile(join(folder, 'have', 'left-over.ts'), '');
  for (const side of ['want', 'have']) await writeFile(join(folder, side, 'changed.ts'), side);
  expect(await differencesOf(join(folder, 'want'), join(folder, 'have'))).toEqual([
    'changed.ts: differs',
    'left-over.ts: no proto generates it',
    'v1/missing.ts: missing',
  ]);
});
