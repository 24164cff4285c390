import { InvalidArgumentError } from '@leti/rpc';
import { expect, test } from 'vitest';
import { FieldPath } from './field-path.ts';

function violationsOf(read: (root: FieldPath) => void): unknown {
  try {
    FieldPath.validated(read);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.violations;
    throw error;
  }
  return [];
}

test('returns what was read when nothing is wrong', () => {
  expect(FieldPath.validated(() => 7)).toBe(7);
});

test('reports every violation at once, with paths in proto naming', () => {
  const violations = violationsOf((root) => {
    root.field('sampling').field('top_p').expect(false, 'must be in (0, 1]', 2);
    root.field('problems').index(3).field('problem_id').reject('must be set', '');
    root.field('limits').present(undefined);
  });
  expect(violations).toEqual([
    { field: 'sampling.top_p', description: 'must be in (0, 1], got 2' },
    { field: 'problems[3].problem_id', description: 'must be set, got ""' },
    { field: 'limits', description: 'must be set' },
  ]);
});

test('cuts a long value in the message', () => {
  const [violation] = violationsOf((root) => root.field('prompt').reject('must be short', 'x'.repeat(5000))) as {
    description: string;
  }[];
  expect(violation?.description.length).toBeLessThan(140);
  expect(violation?.description).toContain('(5002 characters)');
});
