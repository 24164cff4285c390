import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssue } from './describe-issue.ts';

const told = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value).error?.issues ?? []).map(describeIssue);

test('a kind that there is not is told with those that there are', () => {
  const schema = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle') }),
    z.object({ kind: z.literal('square') }).transform((square) => square),
  ]);
  expect(told(schema, { kind: 'cube' })).toEqual(['expected one of circle, square']);
  expect(told(schema, {})).toEqual(['expected one of circle, square']);
});

test('a plain union is told by what each part wanted first', () => {
  expect(told(z.union([z.string(), z.int()]), true)).toEqual(['expected text, or expected a number']);
});
