import { withoutReference } from '@leti/leti';
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

  test.each(['micro', 'unfamiliar'])('of %s keep reference solutions to themselves unless asked', async (task) => {
    const bare = await findTask(task).load({ split: 'train' });
    expect(bare.some((problem) => 'referenceSolution' in problem)).toBe(false);
    const posed = await findTask(task).load({ split: 'train', references: 'lf' });
    expect(posed.map(withoutReference)).toEqual(bare);
    for (const { tests, referenceSolution } of posed) {
      const [, name] = /^assert (\w+)\(/.exec(tests[0]!)!;
      expect(referenceSolution).toMatch(new RegExp(`^def ${name}\\(.*\\):\\n    \\S`));
    }
  });
});
