import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { JsonLinesFile, readJsonLines } from './json-lines.ts';
import { CorruptStoreError } from './store-errors.ts';

describe('JsonLinesFile', () => {
  test('keeps what was appended, in order, over openings', async () => {
    const path = join(temporaryFolder(), 'deep', 'er', 'a.jsonl');
    const first = await JsonLinesFile.open<number>(path);
    await first.append(1, 2);
    await first.append(3);
    await first.append();
    await first.close();
    const second = await JsonLinesFile.open<number>(path);
    expect(second.records).toEqual([1, 2, 3]);
    await second.append(4);
    await second.close();
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n4\n');
  });

  test('keeps the order of appends that are not awaited', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    const file = await JsonLinesFile.open<number>(path);
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    await Promise.all(numbers.map((n) => file.append(n)));
    await file.close();
    expect(await readJsonLines(path)).toEqual(numbers);
  });

  test('writes text of any kind on one line', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    const records = ['a\nb', '\u2028', '\ud83d\ude00', '\0', { seed: 12n }];
    const file = await JsonLinesFile.open(path);
    await file.append(...records);
    await file.close();
    expect(await readJsonLines(path)).toEqual([...records.slice(0, 4), { seed: '12' }]);
  });

  test.each([
    ['a half written line', '{"a":1}\n{"a":'],
    ['a whole line without its end', '{"a":1}\n{"a":2}'],
    ['zeros that a loss of power left', '{"a":1}\n\0\0\0\0'],
    ['zeros with the end of a lost line', '{"a":1}\n\0\0\0}\n'],
  ])('cuts off %s', async (_, content) => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, content);
    expect(await readJsonLines(path)).toEqual([{ a: 1 }]);
    expect(readFileSync(path, 'utf8')).toBe(content); // reading changes nothing
    const file = await JsonLinesFile.open(path);
    expect(file.records).toEqual([{ a: 1 }]);
    await file.append({ a: 3 });
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('{"a":1}\n{"a":3}\n');
  });

  test('cuts off the only line when it is torn', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, '{"a"');
    const file = await JsonLinesFile.open(path);
    expect(file.records).toEqual([]);
    await file.close();
    expect(statSync(path).size).toBe(0);
  });

  test.each([
    ['{"a":1}\n{"a":\n{"a":3}\n', 2],
    ['\n', 1],
    ['{"a":1}\n\0\0\n{"a":3}\n', 2],
    ['{"a":1}\n{"a":2}\nnot json\n', 3],
  ])('names the corrupt line of %j and leaves the file', async (content, line) => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, content);
    const error: unknown = await JsonLinesFile.open(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CorruptStoreError);
    expect(error).toMatchObject({ path, line, message: expect.stringContaining(`${path}:${line}: `) as string });
    await expect(readJsonLines(path)).rejects.toBeInstanceOf(CorruptStoreError);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  test('names the line that parse refuses', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    writeFileSync(path, '1\n"two"\n');
    const parse = (json: unknown): number => {
      if (typeof json !== 'number') throw new TypeError('no number');
      return json;
    };
    await expect(JsonLinesFile.open(path, { parse })).rejects.toMatchObject({ line: 2 });
  });

  test('refuses appends after close', async () => {
    const file = await JsonLinesFile.open(join(temporaryFolder(), 'a.jsonl'));
    await file.close();
    await expect(file.append(1)).rejects.toThrow(/has been closed/);
  });
});

describe('readJsonLines', () => {
  test('gives nothing for a missing file', async () => {
    expect(await readJsonLines(join(temporaryFolder(), 'none.jsonl'))).toEqual([]);
  });

  test('fails for what is no file', async () => {
    const path = join(temporaryFolder(), 'folder');
    mkdirSync(path);
    await expect(readJsonLines(path)).rejects.toThrow(/EISDIR/);
  });

  test('reads beside a writer', async () => {
    const path = join(temporaryFolder(), 'a.jsonl');
    const file = await JsonLinesFile.open(path);
    await file.append(1);
    appendFileSync(path, '2');
    expect(await readJsonLines(path)).toEqual([1]);
    await file.close();
  });
});
