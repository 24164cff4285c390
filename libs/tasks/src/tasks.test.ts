import { describe, expect, test } from 'vitest';
import { UnknownSplitError, UnknownTaskError } from './task-errors.ts';
import { findTask, TASKS } from './tasks.ts';

describe('tasks', () => {
  test('are found by name', () => {
    expect([...TASKS.keys()]).toEqual(['micro', 'unfamiliar', 'mbpp', 'humaneval']);
    expect(findTask('micro').splits).toEqual(['train', 'validation', 'test']);
  });

  test('refuse a name they do not know, naming those they do', () => {
    expect(() => findTask('codeforces')).toThrow(UnknownTaskError);
    expect(() => findTask('codeforces')).toThrow(
      "task: want one of micro, unfamiliar, mbpp, humaneval, got 'codeforces'",
    );
  });

  test('take the first problems of a split under a limit', async () => {
    const all = await findTask('micro').load({ split: 'train' });
    expect(await findTask('micro').load({ split: 'train', limit: 5 })).toEqual(all.slice(0, 5));
    await expect(findTask('micro').load({ split: 'train', limit: 0 })).rejects.toThrow(
      'limit: want an integer >= 1, got 0',
    );
    await expect(findTask('micro').load({ split: 'prompt' })).rejects.toThrow(UnknownSplitError);
  });
});
