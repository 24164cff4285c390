import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { readProblems, writeProblems } from './problem-file.ts';
import { CorruptStoreError } from './store-errors.ts';

test('gives problems back in order, and none before they are written', async () => {
  const path = join(temporaryFolder(), 'problems.jsonl');
  expect(await readProblems(path)).toEqual([]);
  const problems = ['b', 'a'].map((problemId) => ({
    problemId,
    prompt: 'ü\n',
    testSetupCode: '',
    tests: ['assert f()'],
  }));
  await writeProblems(path, problems);
  expect(await readProblems(path)).toEqual(problems);
});

test('names a file that holds something else', async () => {
  const path = join(temporaryFolder(), 'problems.jsonl');
  writeFileSync(path, '{"problemId":3}\n');
  await expect(readProblems(path)).rejects.toBeInstanceOf(CorruptStoreError);
});
