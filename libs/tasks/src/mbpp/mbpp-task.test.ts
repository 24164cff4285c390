import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dataFolder, describeWithData } from '@leti/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { MalformedTaskDataError, TaskDataNotFoundError, UnknownSplitError } from '../task-errors.ts';
import { mbppPath, readMbpp } from './mbpp-record.ts';
import { mbppProblem, mbppTask } from './mbpp-task.ts';

const RECORD = {
  task_id: 11,
  text: 'Write a function to double a number.',
  code: 'def double(n):\r\n  return n * 2',
  test_setup_code: 'a = 1\r\nb = 2',
  test_list: ['assert double(1) == 2', 'assert double(2) == 4'],
  challenge_test_list: [],
};

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function folderWith(...lines: readonly unknown[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mbpp-'));
  folders.push(folder);
  await mkdir(dirname(mbppPath(folder)));
  await writeFile(
    mbppPath(folder),
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return folder;
}

describe('mbppTask', () => {
  test('poses description and first test in a docstring that ends without a newline', async () => {
    const [problem] = await mbppTask.load({ split: 'test', dataFolder: await folderWith(RECORD) });
    expect(problem).toEqual({
      problemId: 'mbpp/11',
      prompt: '"""\nWrite a function to double a number.\nassert double(1) == 2\n"""',
      testSetupCode: 'a = 1\nb = 2',
      tests: RECORD.test_list,
    });
  });

  test('reads code with LF line ends', async () => {
    const [record] = await readMbpp(await folderWith(RECORD));
    expect(record!.code).toBe('def double(n):\n  return n * 2');
  });

  test('gives reference solutions only when asked, with LF or as they are in the file', async () => {
    const query = { split: 'test', dataFolder: await folderWith(RECORD) };
    const referenceOf = async (references?: 'lf' | 'raw') =>
      (await mbppTask.load({ ...query, references }))[0]!.referenceSolution;
    expect(await referenceOf()).toBeUndefined();
    expect(await referenceOf('lf')).toBe('def double(n):\n  return n * 2');
    expect(await referenceOf('raw')).toBe(RECORD.code);
  });

  test('splits by task id', async () => {
    const dataFolder = await folderWith(
      ...[1, 10, 11, 510, 511, 600, 601, 974].map((task_id) => ({ ...RECORD, task_id })),
    );
    const idsOf = async (split: string): Promise<string[]> =>
      (await mbppTask.load({ split, dataFolder })).map(({ problemId }) => problemId);
    expect(await idsOf('prompt')).toEqual(['mbpp/1', 'mbpp/10']);
    expect(await idsOf('test')).toEqual(['mbpp/11', 'mbpp/510']);
    expect(await idsOf('validation')).toEqual(['mbpp/511', 'mbpp/600']);
    expect(await idsOf('train')).toEqual(['mbpp/601', 'mbpp/974']);
  });

  test('says where it looked and where to get the file', async () => {
    const missing = mbppTask.load({ split: 'test', dataFolder: '/no/such/folder' });
    await expect(missing).rejects.toThrow(TaskDataNotFoundError);
    await expect(missing).rejects.toThrow(
      /no file \/no\/such\/folder\/mbpp\/mbpp\.jsonl\. .*google-research-datasets\/mbpp/,
    );
    await expect(mbppTask.load({ split: 'test' })).rejects.toThrow(/wants a data folder, got none/);
    expect(await mbppTask.availability('/no/such/folder')).toMatchObject({ available: false });
  });

  test('refuses an unknown split before it looks for the file', async () => {
    await expect(mbppTask.load({ split: 'dev' })).rejects.toThrow(UnknownSplitError);
    await expect(mbppTask.load({ split: 'toString' })).rejects.toThrow(
      "want one of train, validation, test, prompt, got 'toString'",
    );
  });

  test.each([
    ['{"task_id": 1', /:2: want a JSON object/],
    ['[1]', /:2: want a JSON object, got \[1\]/],
    [{ ...RECORD, task_id: 'a' }, /:2: task_id: want an integer >= 1, got "a"/],
    [{ ...RECORD, task_id: 12, test_list: [] }, /:2: test_list: want a list of at least one string/],
    [{ ...RECORD, task_id: 12, text: undefined }, /:2: text: want a string, got nothing/],
    [RECORD, /:2: task_id: want each id once, got 11 again/],
  ])('names file and line of a malformed line: %j', async (line, message) => {
    const reading = readMbpp(await folderWith(RECORD, line));
    await expect(reading).rejects.toThrow(MalformedTaskDataError);
    await expect(reading).rejects.toThrow(message);
  });
});

describeWithData('the official MBPP file', 'mbpp/mbpp.jsonl', (path) => {
  const folder = dataFolder();
  test('has 974 problems in splits of 374, 90, 500 and 10', async () => {
    const sizes = await Promise.all(
      mbppTask.splits.map(async (split) => (await mbppTask.load({ split, dataFolder: folder })).length),
    );
    expect(sizes).toEqual([374, 90, 500, 10]);
    expect(await mbppTask.availability(folder)).toEqual({ available: true, hint: path });
  });

  test('has no carriage return left, and set-up code in problems 367 and 927 only', async () => {
    const records = await readMbpp(folder);
    expect(
      records.filter((record) =>
        `${record.text}${record.code}${record.testSetupCode}${record.tests.join('')}`.includes('\r'),
      ),
    ).toEqual([]);
    expect(records.filter(({ testSetupCode }) => testSetupCode !== '').map(({ taskId }) => taskId)).toEqual([367, 927]);
    for (const record of records) expect(mbppProblem(record).prompt.endsWith('\n"""')).toBe(true);
  });
});
