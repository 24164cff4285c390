import { expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { programFromJson } from './single-program.ts';

function refusal(json: string): readonly string[] {
  try {
    programFromJson(json);
  } catch (error) {
    if (error instanceof CliError) return error.details;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a program as JSON has defaults for what it leaves out', () => {
  expect(programFromJson('{"solution": "", "tests": ["assert True"]}')).toEqual({
    programId: 'stdin',
    prompt: '',
    solution: '',
    testSetupCode: '',
    tests: ['assert True'],
    limits: {},
  });
});

test.each([
  ['{"solution": "x", "test": ["a"]}', 'test: unknown key; did you mean tests?'],
  ['{"solution": 3, "tests": ["a"]}', 'solution: expected text, got 3'],
  [
    '{"solution": "x", "judge": {"kind": "tests"}}',
    'judge.kind: expected one of returned_value, stdio, verifier, text_match, got "tests"',
  ],
  ['{"solution": "x"}', 'stdin: expected tests, or a judge in their place, got {"solution":"x"}'],
  ['3', 'stdin: expected an object with keys, got 3'],
])('%s is refused in our words', (json, message) => {
  expect(refusal(json)[0]).toBe(message);
});

test('of many things that are wrong the first are told', () => {
  const details = refusal(JSON.stringify({ solution: 'x', tests: Array.from({ length: 100 }, () => 1) }));
  expect(details).toHaveLength(6);
  expect(details.at(-1)).toBe('and 95 more');
});
