import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { exampleEvaluation } from '@leti/leti/testing';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import type { Sample } from './parse-sample.ts';
import { ResultFile } from './result-file.ts';

const signal = new AbortController().signal;

const sampleOf = (number: number, padding = ''): Sample => {
  const text = JSON.stringify({ task_id: number, padding });
  const problem = { problemId: 'p', prompt: '', testSetupCode: '', tests: [] };
  return {
    line: { number, text },
    fields: JSON.parse(text) as Record<string, unknown>,
    problem,
    text: '',
    isWhole: true,
  };
};
const PASSED = exampleEvaluation();
const idsIn = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { task_id: unknown }).task_id);

test.each(['out.jsonl', 'out.jsonl.gz'])('%s has the rows in the order of the samples', async (name) => {
  const path = join(temporaryFolder(), name);
  const file = await ResultFile.open(path, '/no/samples');
  const samples = [1, 2, 3, 4].map((number) => sampleOf(number));
  for (const sample of samples) file.begin(sample);
  for (const place of [3, 1, 0, 2]) await file.add(samples[place]!, PASSED);
  expect(existsSync(path)).toBe(false);
  await file.finish();
  const bytes = readFileSync(path);
  expect(idsIn((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))).toEqual([1, 2, 3, 4]);
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('what ends early keeps its first rows apart and an older file as it was', async () => {
  const path = join(temporaryFolder(), 'early.jsonl');
  writeFileSync(path, 'older');
  const file = await ResultFile.open(path, '/no/samples');
  const samples = [1, 2, 3].map((number) => sampleOf(number));
  for (const sample of samples) file.begin(sample);
  await file.add(samples[0]!, PASSED);
  await file.add(samples[2]!, PASSED);
  expect(await file.abandon()).toEqual({ path: `${path}.part`, rows: 1 });
  expect(idsIn(readFileSync(`${path}.part`, 'utf8'))).toEqual([1]);
  expect(readFileSync(path, 'utf8')).toBe('older');
});

test('refuses to be written over the samples while they are read', async () => {
  const samples = join(temporaryFolder(), 'results.jsonl.part');
  writeFileSync(samples, '{}');
  await expect(ResultFile.open(samples.slice(0, -'.part'.length), samples)).rejects.toThrow('which is --solutions');
  expect(readFileSync(samples, 'utf8')).toBe('{}');
});

test('refuses an empty name before anything is judged', async () => {
  await expect(ResultFile.open('', '/no/samples')).rejects.toThrow("--out: expected a file's name, got none");
});

test('refuses to take the place of the samples', async () => {
  const path = join(temporaryFolder(), 'samples.jsonl');
  writeFileSync(path, '{}');
  await expect(ResultFile.open(path, path)).rejects.toThrow('--out: expected another file than --solutions');
  expect(readFileSync(path, 'utf8')).toBe('{}');
});

test('a folder that is not there is told before anything is judged', async () => {
  const folder = join(temporaryFolder(), 'none');
  await expect(ResultFile.open(join(folder, 'out'), '/no/samples')).rejects.toMatchObject({
    exitCode: 2,
    message: `--out: expected a file in a folder that is there, got ${join(folder, 'out')}: no ${folder}`,
  });
});

test('holds up new samples while too many rows wait for an old one', async () => {
  const file = await ResultFile.open(join(temporaryFolder(), 'many.jsonl'), '/no/samples');
  const samples = Array.from({ length: 5000 }, (_, number) => sampleOf(number));
  let begun = 0;
  const all = (async () => {
    for (const sample of samples) {
      await file.room(signal);
      file.begin(sample);
      begun += 1;
      if (begun > 1) await file.add(sample, PASSED);
    }
  })();
  await expect.poll(() => begun).toBe(4096);
  await file.add(samples[0]!, PASSED);
  await all;
  await file.finish();
  expect(begun).toBe(5000);
});

test('holds up new samples by their size as well, and an abort ends the wait', async () => {
  const file = await ResultFile.open(join(temporaryFolder(), 'large.jsonl'), '/no/samples');
  const abort = new AbortController();
  const padding = 'x'.repeat(2 ** 20);
  let begun = 0;
  const all = (async () => {
    for (;;) {
      await file.room(abort.signal);
      file.begin(sampleOf(begun++, padding));
    }
  })();
  await expect.poll(() => begun).toBe(64);
  abort.abort(new Error('enough'));
  await expect(all).rejects.toThrow('enough');
  await file.abandon();
});

test('what ends before its first row leaves no file', async () => {
  const path = join(temporaryFolder(), 'none.jsonl.gz');
  const file = await ResultFile.open(path, '/no/samples');
  file.begin(sampleOf(1));
  expect(await file.abandon()).toMatchObject({ rows: 0 });
  expect(existsSync(`${path}.part`)).toBe(false);
});
