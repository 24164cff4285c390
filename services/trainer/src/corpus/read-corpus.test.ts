import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusDigest, requireCorpus } from './corpus-digest.ts';
import { CorpusChangedError, CorpusNotFoundError, InvalidCorpusError } from './corpus-errors.ts';
import { corpusDocuments, requireReadableCorpus } from './read-corpus.ts';

const lines = ['{"text":"a"}', '', '{"text":""}', '{"text":"b\\n","from":"x"}'].join('\n');
async function documentsIn(path: string): Promise<string[]> {
  const documents: string[] = [];
  for await (const document of corpusDocuments(path)) documents.push(document);
  return documents;
}

describe('a corpus', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corpus-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (name: string, content: string | Buffer) => {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  test('is read from plain and compressed files alike, without empty documents', async () => {
    expect(await documentsIn(await file('a.jsonl', lines))).toEqual(['a', 'b\n']);
    expect(await documentsIn(await file('a.jsonl.gz', gzipSync(lines)))).toEqual(['a', 'b\n']);
    expect(await documentsIn(await file('crlf.jsonl', lines.replaceAll('\n', '\r\n')))).toEqual(['a', 'b\n']);
  });
  test('ends lines at newlines only', async () => {
    expect(await documentsIn(await file('separators.jsonl', '{"text":"a\u2028b\u2029c"}\n{"text":"d"}'))).toEqual([
      'a\u2028b\u2029c',
      'd',
    ]);
  });
  test('takes a text file as one document, as it is', async () => {
    expect(await documentsIn(await file('one.py', 'def f():\r\n\treturn "é"\n'))).toEqual([
      'def f():\r\n\treturn "é"\n',
    ]);
  });
  test('takes all such files of a folder, sorted by name, and no others', async () => {
    await file('many/b.txt', 'b');
    await file('many/a/z.jsonl', lines);
    await file('many/a/empty.py', '');
    await file('many/c.md', 'no');
    await file('many/.hidden/h.txt', 'no');
    await file('many/.h.txt', 'no');
    await file('many/B.py', 'B');
    await symlink(join(folder, 'many'), join(folder, 'many/loop'));
    expect(await documentsIn(join(folder, 'many'))).toEqual(['B', 'a', 'b\n', 'b']);
  });
  test('has the digest that sha256sum tells', async () => {
    const path = await file('d.jsonl', lines);
    const shell = (command: string) => `sha256:${execFileSync('sh', ['-c', command]).toString().split(' ')[0]!.trim()}`;
    expect(await corpusDigest(path)).toBe(shell(`sha256sum '${path}'`));
    await file('sums/b.txt', 'b');
    await file('sums/a/x.py', 'x');
    await file('sums/a.txt', 'a');
    const sums = join(folder, 'sums');
    expect(await corpusDigest(sums)).toBe(
      shell(`cd '${sums}' && find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`),
    );
    await requireCorpus(sums, await corpusDigest(sums));
    const before = await corpusDigest(sums);
    await file('sums/c.txt', '');
    await expect(requireCorpus(sums, before)).rejects.toThrow(CorpusChangedError);
  });
  test('that is not there is told as such', async () => {
    for (const path of ['none.jsonl', 'none.jsonl.gz', 'none', 'one.py/none'].map((name) => join(folder, name))) {
      await expect(documentsIn(path)).rejects.toThrow(CorpusNotFoundError);
      await expect(corpusDigest(path)).rejects.toThrow(CorpusNotFoundError);
    }
  });
  test('is looked at no further than its first document to see that it can be read', async () => {
    const path = await file('b.jsonl', `${lines}\nbroken`);
    await expect(requireReadableCorpus(path)).resolves.toBeUndefined();
  });
  test.each([
    ['broken.jsonl', '{"text":"a"}\n{"te', 'line 2 must be JSON'],
    ['other.jsonl', '{"code":"a"}', 'line 1 must be {"text": …}'],
    ['empty.jsonl', '\n', 'want at least one document'],
    ['empty.txt', '', 'want at least one document'],
    ['latin.txt', Buffer.from([0x61, 0xe9]), 'want UTF-8'],
    ['plain.jsonl.gz', '{"text":"a"}', 'cannot be read'],
    ['without/readme.md', 'a', 'want files of .jsonl, .jsonl.gz, .txt, .py, got none'],
  ])('refuses %s', async (name, content, message) => {
    const path = await file(name, content);
    const read = documentsIn(name.startsWith('without') ? join(path, '..') : path);
    await expect(read).rejects.toThrow(InvalidCorpusError);
    await expect(read).rejects.toThrow(message);
  });
});
