import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CorpusNotFoundError, InvalidCorpusError, readCorpus } from './read-corpus.ts';

const lines = ['{"text":"a"}', '', '{"text":""}', '{"text":"b\\n","from":"x"}'].join('\n');

describe('readCorpus', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpus-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  test('reads plain and compressed files alike, without empty documents', async () => {
    expect(await readCorpus(await file('a.jsonl', lines))).toEqual(['a', 'b\n']);
    expect(await readCorpus(await file('a.jsonl.gz', gzipSync(lines)))).toEqual(['a', 'b\n']);
  });
  test('stops at the limit', async () => {
    expect(await readCorpus(await file('b.jsonl', `${lines}\nbroken`), 2)).toEqual(['a', 'b\n']);
  });
  test('says that there is no file', async () => {
    await expect(readCorpus(join(folder, 'none.jsonl'))).rejects.toThrow(CorpusNotFoundError);
    await expect(readCorpus(join(folder, 'none.jsonl.gz'))).rejects.toThrow(CorpusNotFoundError);
  });
  test.each([
    ['broken.jsonl', '{"text":"a"}\n{"te', 'line 2 must be JSON'],
    ['other.jsonl', '{"code":"a"}', 'line 1 must be {"text": …}'],
    ['empty.jsonl', '\n', 'want at least one document'],
    ['plain.jsonl.gz', '{"text":"a"}', 'cannot be read'],
  ])('refuses %s', async (name, content, message) => {
    const read = readCorpus(await file(name, content));
    await expect(read).rejects.toThrow(InvalidCorpusError);
    await expect(read).rejects.toThrow(message);
  });
});
