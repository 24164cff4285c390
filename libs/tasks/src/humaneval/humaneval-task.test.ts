import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dataFolder, describeWithData } from '@leti/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { MalformedTaskDataError, TaskDataNotFoundError, UnknownSplitError } from '../task-errors.ts';
import { humanEvalPath, readHumanEval } from './humaneval-record.ts';
import { humanEvalTask } from './humaneval-task.ts';

const RECORD = {
  task_id: 'HumanEval/7',
  prompt: 'def double(n):\n    """ Twice n. """\n',
  entry_point: 'double',
  canonical_solution: '    return 2 * n\n',
  test: '\n\ndef check(candidate):\n    assert candidate(2) == 4\n',
};

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function folderWith(bytes: Buffer | string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'humaneval-'));
  folders.push(folder);
  await mkdir(dirname(humanEvalPath(folder)));
  await writeFile(humanEvalPath(folder), bytes);
  return folder;
}

const lines = (...records: readonly unknown[]): string => records.map((record) => JSON.stringify(record)).join('\n');

describe('humanEvalTask', () => {
  test('poses the prompt as it is, and calls check on the entry point', async () => {
    const [problem] = await humanEvalTask.load({
      split: 'test',
      dataFolder: await folderWith(gzipSync(lines(RECORD))),
    });
    expect(problem).toEqual({
      problemId: 'humaneval/7',
      prompt: RECORD.prompt,
      testSetupCode: '',
      tests: [RECORD.test, 'check(double)'],
    });
  });

  test('reads a file that somebody has unpacked', async () => {
    expect(await readHumanEval(await folderWith(lines(RECORD)))).toMatchObject([{ number: 7, entryPoint: 'double' }]);
  });

  test('says where it looked and where to get the file', async () => {
    const missing = humanEvalTask.load({ split: 'test', dataFolder: '/no/such/folder' });
    await expect(missing).rejects.toThrow(TaskDataNotFoundError);
    await expect(missing).rejects.toThrow(
      /no file \/no\/such\/folder\/humaneval\/HumanEval\.jsonl\.gz\. .*openai\/human-eval/,
    );
    expect(await humanEvalTask.availability()).toMatchObject({ available: false });
  });

  test('has nothing to train on', async () => {
    await expect(humanEvalTask.load({ split: 'train' })).rejects.toThrow(UnknownSplitError);
  });

  test.each([
    [{ ...RECORD, task_id: 8 }, /:2: task_id: want a string, got 8/],
    [{ ...RECORD, task_id: 'Mbpp/8' }, /:2: task_id: want "HumanEval\/" and a number, got "Mbpp\/8"/],
    [{ ...RECORD, task_id: 'HumanEval/8', entry_point: 'f)(' }, /:2: entry_point: want the name of a function/],
    [{ ...RECORD, task_id: 'HumanEval/8', test: undefined }, /:2: test: want a string, got nothing/],
    [RECORD, /:2: task_id: want each id once, got HumanEval\/7 again/],
  ])('names file and line of a malformed line: %j', async (record, message) => {
    const reading = readHumanEval(await folderWith(lines(RECORD, record)));
    await expect(reading).rejects.toThrow(MalformedTaskDataError);
    await expect(reading).rejects.toThrow(message);
  });

  test('names a gzip file that ends early', async () => {
    const folder = await folderWith(gzipSync(lines(RECORD)).subarray(0, 60));
    await expect(readHumanEval(folder)).rejects.toThrow(/HumanEval\.jsonl\.gz:1: want a whole gzip file/);
  });
});

describeWithData('the official HumanEval file', 'humaneval/HumanEval.jsonl.gz', (path) => {
  test('has 164 problems whose prompts end in the function to write', async () => {
    const problems = await humanEvalTask.load({ split: 'test', dataFolder: dataFolder() });
    expect(problems.map(({ problemId }) => problemId)).toEqual(
      Array.from({ length: 164 }, (_, number) => `humaneval/${number}`),
    );
    for (const { prompt } of problems) expect(prompt.endsWith('\n')).toBe(true);
    expect(await humanEvalTask.availability(dataFolder())).toEqual({ available: true, hint: path });
  });
});
