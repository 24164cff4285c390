import { expect, test } from 'vitest';
import { judgeByVerifier, judgeReturnedValue, judgeStdio, judgeTextMatch } from './judge-rules.ts';

test('a rule asks for equality where nothing else is said', () => {
  expect(judgeReturnedValue('f()', '1')).toEqual({
    kind: 'returned_value',
    expression: 'f()',
    expected: '1',
    tolerance: { absolute: 0, relative: 0 },
    numbersFromText: false,
  });
  expect(judgeStdio([{ stdin: '', stdout: '1' }])).toMatchObject({
    comparison: 'lines',
    tolerance: { absolute: 0, relative: 0 },
  });
  expect(judgeTextMatch(['a'])).toMatchObject({ mode: 'equal', answerPattern: '', ignoreCase: false });
});

test('a rule takes what is said', () => {
  expect(judgeReturnedValue('f()', '1', { tolerance: { relative: 0.1 } }).tolerance).toEqual({
    absolute: 0,
    relative: 0.1,
  });
  expect(judgeStdio([], { comparison: 'words' }).comparison).toBe('words');
  expect(judgeTextMatch(['a'], { mode: 'prefix' }).mode).toBe('prefix');
});

test("a verifier's reference travels as JSON, and none as an empty text", () => {
  expect(judgeByVerifier('x', 'def verify(v, r): ...', { a: [1] }).reference).toBe('{"a":[1]}');
  expect(judgeByVerifier('x', 'def verify(v, r): ...').reference).toBe('');
  expect(judgeByVerifier('x', 'def verify(v, r): ...', null).reference).toBe('null');
});
