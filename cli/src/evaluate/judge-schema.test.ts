import { expect, test } from 'vitest';
import { judgeSchema } from './judge-schema.ts';

test('what is left out of a judge has its default', () => {
  expect(judgeSchema.parse({ kind: 'returned_value', expression: 'f()', expected: '1' })).toEqual({
    kind: 'returned_value',
    expression: 'f()',
    expected: '1',
    tolerance: { absolute: 0, relative: 0 },
    numbersFromText: false,
  });
  expect(judgeSchema.parse({ kind: 'stdio', cases: [{ stdin: '', stdout: '' }] })).toMatchObject({
    comparison: 'lines',
  });
  expect(judgeSchema.parse({ kind: 'text_match', expected: ['a'] })).toMatchObject({
    mode: 'equal',
    answerPattern: '',
  });
});

test("a verifier's reference is any JSON value", () => {
  const judge = { kind: 'verifier', expression: 'x', verifier: 'def verify(v, r): ...' };
  expect(judgeSchema.parse({ ...judge, reference: { a: 1 } })).toMatchObject({ reference: '{"a":1}' });
  expect(judgeSchema.parse(judge)).toMatchObject({ reference: '' });
});

test.for([
  [{ kind: 'tests' }, 'kind'],
  [{ kind: 'stdio', cases: [] }, 'cases'],
  [{ kind: 'stdio', cases: [{ stdin: '' }] }, 'cases.0.stdout'],
  [{ kind: 'returned_value', expression: 'f()', expected: '1', tolerance: { absolute: -1 } }, 'tolerance.absolute'],
  [{ kind: 'text_match', expected: ['a'], mode: 'sounds_like' }, 'mode'],
] as const)('%o is refused at %s', ([judge, place]) => {
  const { error } = judgeSchema.safeParse(judge);
  expect(error?.issues.map(({ path }) => path.join('.'))).toContain(place);
});
