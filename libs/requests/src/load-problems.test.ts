import { expect, test } from 'vitest';
import { loadProblems } from './load-problems.ts';

const selection = { task: 'micro', split: 'test', dataFolder: undefined, limit: 2 };

test('gives the first problems of a part', async () => {
  expect(await loadProblems(selection, 'settings.task')).toHaveLength(2);
});

test.each([
  [{ task: 'macro' }, 'settings.task.task'],
  [{ split: 'dev' }, 'settings.task.split'],
])('says where %j stands', async (fields, field) => {
  await expect(loadProblems({ ...selection, ...fields }, 'settings.task')).rejects.toMatchObject({
    violations: [{ field }],
  });
});
