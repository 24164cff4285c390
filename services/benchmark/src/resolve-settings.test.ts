import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchmarkSettings } from '@leti/leti';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveSettings } from './resolve-settings.ts';

let data = '';
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'leti-data-'));
  await mkdir(join(data, 'humaneval'));
  const record = { task_id: 'HumanEval/0', prompt: 'def f():\n', entry_point: 'f', canonical_solution: '', test: '' };
  await writeFile(join(data, 'humaneval', 'HumanEval.jsonl.gz'), JSON.stringify(record));
});
afterAll(() => rm(data, { recursive: true }));

const settings = (task: string, stop: readonly string[]): BenchmarkSettings => ({
  task: { task, split: 'test', dataFolder: undefined, limit: 1 },
  checkpoint: { path: 'micro-base', digest: undefined },
  samplesPerProblem: 1,
  condition: 'none',
  sampling: { temperature: 0, topP: 1, topK: 0, maxNewTokens: 8, stop, cleanUpSpaces: false },
  ks: [1],
  limits: {},
  seed: 0n,
});

test.each([
  ['humaneval', [], ['\nclass', '\ndef', '\n#', '\nif', '\nprint']],
  ['humaneval', ['\n\n'], ['\n\n']],
  ['micro', [], []],
])('%s with the stop strings %j is sampled with %j', async (task, asked, used) => {
  const resolved = await resolveSettings(settings(task, asked), data);
  expect(resolved.settings.sampling.stop).toEqual(used);
  expect(resolved.settings.checkpoint.digest).toMatch(/^sha256:/);
});
