import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@leti/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { checkSamples } from './check-samples.ts';
import { loadProblemSet, type ProblemSet } from './problem-set.ts';

const ID = 'micro/test/000-add-each';
let problems: ProblemSet;
beforeAll(async () => {
  problems = await loadProblemSet('micro', 'test', undefined);
});

async function check(...lines: readonly (string | Buffer | object)[]): Promise<Record<string, number>> {
  const parts = lines.map((line) =>
    Buffer.isBuffer(line) ? line : Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
  );
  const path = join(temporaryFolder(), 'samples.jsonl');
  await writeFile(path, Buffer.concat(parts));
  return Object.fromEntries(await checkSamples({ path, name: 'samples' }, problems, new AbortController().signal));
}

async function refusal(...lines: readonly (string | Buffer | object)[]): Promise<CliError> {
  const error: unknown = await check(...lines).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(CliError);
  return error as CliError;
}

const sample = { task_id: ID, completion: 'x' };

describe('a sample file', () => {
  test('is counted by problem, several samples each, whatever else its lines hold', async () => {
    const other = { task_id: 'test/001-reverse-string', solution: '', _identifier: 'a', logprob: -1 };
    expect(await check(sample, { ...sample, completion: '' }, other)).toEqual({
      [ID]: 2,
      'micro/test/001-reverse-string': 1,
    });
  });

  test('may have blank lines, CRLF, a byte order mark, and no line end at its end', async () => {
    const line = JSON.stringify(sample);
    expect(await check(Buffer.from(`\ufeff${line}\r\n\r\n  \n${line}`))).toEqual({ [ID]: 2 });
  });

  test('may be gzipped in parts, whatever its name', async () => {
    const part = gzipSync(`${JSON.stringify(sample)}\n`);
    expect(await check(part, part)).toEqual({ [ID]: 2 });
  });
});

describe('a line that is no sample', () => {
  test.each([
    ['{"task_id": ', 'expected a JSON object, got "{\\"task_id\\": "'],
    ['[1]', 'expected a JSON object, got [1]'],
    ['{"task_id": "x", "completion": NaN}', 'expected a JSON object, got "{\\"task_id\\"'],
    [{ completion: 'x' }, 'task_id: expected a text or a number, got nothing'],
    [{ ...sample, task_id: null }, 'task_id: expected a text or a number, got null'],
    [
      { ...sample, task_id: 'HumanEval/0' },
      'task_id: expected one of the 248 problems of micro, e.g. "micro/test/000-add-each", got "HumanEval/0"',
    ],
    [{ task_id: ID, code: 'x' }, 'expected a "completion" or a "solution", got task_id, code only'],
    [{ task_id: ID, completion: ['x'] }, 'completion: expected a text, got ["x"]'],
    [{ task_id: ID, solution: null, completion: 'x' }, 'solution: expected a text, got null'],
    [
      { ...sample, completion: 'x'.repeat(2 ** 20 + 1) },
      'completion: expected at most 1048576 characters, got 1048577',
    ],
    ['{"task_id": "micro/test/000-add-each", "completion": "\\ud800"}', 'completion: expected Unicode text'],
  ])('%j is told with its number', async (line, message) => {
    const error = await refusal(sample, '', line);
    expect(error.message).toContain(`samples:3: ${message}`);
    expect(error.details).toEqual(['nothing was evaluated']);
    expect(error.exitCode).toBe(2);
  });

  test('is told with the next ones, but not with thousands', async () => {
    const error = await refusal(...Array.from({ length: 1000 }, () => '{}'));
    expect([error.message, ...error.details].map((line) => /samples:\d+/.exec(line)?.[0])).toEqual([
      'samples:1',
      'samples:2',
      'samples:3',
      'samples:4',
      'samples:5',
      undefined,
      undefined,
    ]);
    expect(error.details.at(-2)).toBe('and 995 more');
  });

  test('is one that is not UTF-8', async () => {
    const error = await refusal(sample, Buffer.from([0x7b, 0xff, 0x7d, 0x0a]));
    expect(error.message).toBe('samples:2: expected UTF-8, got other bytes');
  });
});

test('an empty file and a gzip file that ends early are refused', async () => {
  expect((await refusal('')).message).toBe('samples: expected a sample per line, got none');
  const whole = gzipSync(`${JSON.stringify(sample)}\n`);
  expect((await refusal(whole.subarray(0, 30))).message).toMatch(/^samples: expected a whole gzip file, got /);
});

test('a gzip file of hardly anything but empty lines is read to its end, or to an interrupt', async () => {
  const bytes = gzipSync(
    Buffer.concat([Buffer.alloc(2 ** 24, '\n'), Buffer.from(JSON.stringify({ ...sample, task_id: 'no' }))]),
  );
  expect((await refusal(bytes)).message).toMatch(/^samples:16777217: task_id: expected one of /);
  const path = join(temporaryFolder(), 'samples.jsonl');
  await writeFile(path, bytes);
  const interrupted = checkSamples({ path, name: 'samples' }, problems, AbortSignal.abort(new Error('interrupted')));
  await expect(interrupted).rejects.toThrow('interrupted');
});
