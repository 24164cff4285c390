import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { solvedExamples } from './solved-examples.ts';

let run = '';

beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'leti-examples-'));
  const problems = ['a', 'b', 'c'].map((problemId) => ({ problemId, tests: [`assert ${problemId}`], prompt: '' }));
  await writeFile(join(run, 'problems.jsonl'), problems.map((line) => `${JSON.stringify(line)}\n`).join(''));
});
afterEach(() => rm(run, { recursive: true, force: true }));

/** Writes what an iteration was trained on: `problem outcome` per sample. */
async function iteration(number: number, ...samples: readonly string[]): Promise<void> {
  const folder = join(run, 'iterations', String(number).padStart(3, '0'));
  await mkdir(folder, { recursive: true });
  const lines = samples.map((sample, sampleIndex) => {
    const [problemId = '', outcome = ''] = sample.split(' ');
    const feedback = outcome === 'passed' ? '' : `${outcome} of ${problemId}`;
    const reward = outcome === 'passed' ? '<|good|>' : '<|bad|>';
    const [prompt, solution] = [`# ${problemId}`, `${sample} ${number}`];
    return { problemId, sampleIndex, reward, outcome, feedback, prompt, solution, tokenIds: [] };
  });
  await writeFile(join(folder, 'fcft.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

test('tells of the problem that gained most, its first failure and its newest success', async () => {
  await iteration(1, 'a exception', 'a passed', 'b exception', 'b exception');
  await iteration(2, 'a passed', 'a passed', 'b passed', 'b passed');
  expect(await solvedExamples(run, 2)).toEqual([
    {
      problemId: 'b',
      prompt: '# b',
      tests: ['assert b'],
      failed: { iteration: 1, solution: 'b exception 1', outcome: 'exception', feedback: 'exception of b' },
      passed: { iteration: 2, solution: 'b passed 2' },
    },
  ]);
});

test('takes another problem for each kind of failure, exceptions first', async () => {
  await iteration(1, 'a exception', 'a failed_assertion', 'b failed_assertion', 'c syntax_error');
  await iteration(2, 'a passed', 'b passed', 'c passed');
  const examples = await solvedExamples(run, 2);
  expect(examples.map(({ problemId, failed }) => [problemId, failed.outcome])).toEqual([
    ['a', 'exception'],
    ['b', 'failed_assertion'],
    ['c', 'syntax_error'],
  ]);
});

test('shows a failure that was never solved when there is no other', async () => {
  await iteration(1, 'a exception', 'b passed');
  const [example] = await solvedExamples(run, 1);
  expect(example).toMatchObject({ problemId: 'a', failed: { outcome: 'exception' } });
  expect(example).not.toHaveProperty('passed');
});

test('a run without failures has no examples', async () => {
  await iteration(1, 'a passed');
  expect(await solvedExamples(run, 1)).toEqual([]);
});
