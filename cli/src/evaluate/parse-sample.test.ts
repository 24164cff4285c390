import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { parseSample, programOf, type Sample } from './parse-sample.ts';
import { loadProblemSet, type ProblemSet } from './problem-set.ts';

async function humanEval(): Promise<ProblemSet> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'humaneval'));
  const record = {
    task_id: 'HumanEval/0',
    prompt: 'def f():\n',
    entry_point: 'f',
    canonical_solution: '    return 1\n',
    test: 'def check(f):\n    assert f() == 1\n',
  };
  await writeFile(join(folder, 'humaneval', 'HumanEval.jsonl.gz'), JSON.stringify(record));
  return loadProblemSet('humaneval', undefined, folder);
}

async function mbpp(split?: string): Promise<ProblemSet> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'mbpp'));
  const record = { text: 'One.', code: '', test_setup_code: 'import math', test_list: ['assert f() == 1'] };
  const lines = [11, 601].map((task_id) => JSON.stringify({ task_id, ...record }));
  await writeFile(join(folder, 'mbpp', 'mbpp.jsonl'), lines.join('\n'));
  return loadProblemSet('mbpp', split, folder);
}

const read = (problems: ProblemSet, fields: object): Sample => {
  const sample = parseSample({ number: 7, text: JSON.stringify(fields) }, problems);
  if (typeof sample === 'string') throw new Error(sample);
  return sample;
};

test.each([11, '11', 'Mbpp/11', 'mbpp/11', 'MBPP/11'])('the id %j is problem 11 of MBPP', async (task_id) => {
  expect(read(await mbpp(), { task_id, solution: '' }).problem.problemId).toBe('mbpp/11');
});

test.each(['HumanEval/0', 'humaneval/0', 0, '0'])('the id %j is the first problem of HumanEval', async (task_id) => {
  expect(read(await humanEval(), { task_id, solution: '' }).problem.problemId).toBe('humaneval/0');
});

test('a split has its own problems only', async () => {
  expect(parseSample({ number: 1, text: '{"task_id": 11, "solution": ""}' }, await mbpp('train'))).toContain('got 11');
});

test('a completion continues the prompt, a solution stands alone', async () => {
  const problems = await humanEval();
  const completion = programOf(read(problems, { task_id: 0, completion: '    return 1\n' }), {
    limits: { cpuTimeMs: 5 },
  });
  expect(completion).toEqual({
    programId: '7',
    prompt: 'def f():\n',
    solution: '    return 1\n',
    testSetupCode: '',
    tests: ['def check(f):\n    assert f() == 1\n', 'check(f)'],
    limits: { cpuTimeMs: 5 },
  });
  const whole = programOf(read(problems, { task_id: 0, solution: 'def f():\n    return 1\n' }), { limits: {} });
  expect(whole).toMatchObject({ prompt: '', solution: 'def f():\n    return 1\n', tests: completion.tests });
});

test('of a sample with both, the solution counts', async () => {
  const sample = read(await humanEval(), { task_id: 0, completion: 'a', solution: 'b' });
  expect(programOf(sample, { limits: {} })).toMatchObject({ prompt: '', solution: 'b' });
});

test.each([
  ['def f(): return 1', '\ndef f(): return 1'],
  ['@cache\ndef f(): return 1', '\n@cache\ndef f(): return 1'],
  ['\ndef f(): return 1', '\ndef f(): return 1'],
  ['; import x', '; import x'],
])('after a prompt that ends with quotes, %j is run as %j', async (completion, solution) => {
  expect(programOf(read(await mbpp(), { task_id: 11, completion }), { limits: {} }).solution).toBe(solution);
});
