import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { writeFileAtomically, writeJsonAtomically } from './write-atomically.ts';

describe('writeFileAtomically', () => {
  test('creates and replaces, and leaves nothing else', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.txt');
    await writeFileAtomically(path, 'one');
    await writeFileAtomically(path, Buffer.from('two'));
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  test('never shows a reader half a file', async () => {
    const path = join(temporaryFolder(), 'a.txt');
    writeFileSync(path, 'x'.repeat(1000));
    let writing = true;
    const writes = (async () => {
      for (let i = 0; i < 10; i++) await writeFileAtomically(path, 'xy'[i % 2]?.repeat(1000 + i) ?? '');
      writing = false;
    })();
    const seen: string[] = [];
    while (writing) {
      seen.push(readFileSync(path, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writes;
    expect(seen.every((text) => text.length >= 1000 && new Set(text).size === 1)).toBe(true);
  });

  test('leaves the old content and no litter when it fails', async () => {
    const folder = temporaryFolder();
    await writeFileAtomically(join(folder, 'kept'), 'old');
    await expect(writeFileAtomically(join(folder, 'none', 'a.txt'), 'x')).rejects.toThrow(/ENOENT/);
    expect(readdirSync(folder)).toEqual(['kept']);
  });
});

test('writeJsonAtomically writes JSON for people, bigints as text', async () => {
  const path = join(temporaryFolder(), 'a.json');
  await writeJsonAtomically(path, { seed: 18446744073709551615n, list: [1] });
  expect(readFileSync(path, 'utf8')).toBe('{\n  "seed": "18446744073709551615",\n  "list": [\n    1\n  ]\n}\n');
});
