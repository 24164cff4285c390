import { exampleEvaluation } from '@leti/leti/testing';
import { expect, test } from 'vitest';
import { testsAtFault } from './tests-at-fault.ts';

/** Takes for Python whatever has as many brackets opened as closed. */
async function blame(
  tests: readonly string[],
  testSetupCode = '',
): Promise<{ told: string | undefined; runs: number }> {
  let runs = 0;
  const program = { programId: 'p', prompt: 'def f(', solution: '(', testSetupCode, tests, limits: {} };
  const told = await testsAtFault(program, async (asked) => {
    runs += 1;
    const source = [asked.prompt, asked.solution, asked.testSetupCode, ...asked.tests].join('\n');
    const isPython = source.split('(').length === source.split(')').length;
    return exampleEvaluation({ outcome: isPython ? 'exception' : 'syntax_error', feedback: 'line 1\nE: (\n' });
  });
  return { told, runs };
}

test('tests that compile leave the fault with the solution', async () => {
  expect(await blame(['f(1)', 'f(2)'])).toEqual({ told: undefined, runs: 1 });
});

test.each([
  [['assert ('], 'test 1 of 1 does not compile: E: ('],
  [['f(1)', 'f(2)', 'assert ('], 'test 3 of 3 does not compile: E: ('],
  [['f(1)', 'assert (', 'f(2)', 'f(3)'], 'test 2 of 4 does not compile: E: ('],
])('of %j is told the one that does not compile', async (tests, told) => {
  expect((await blame(tests)).told).toBe(told);
});

test('set-up code that does not compile is told as such', async () => {
  expect((await blame(['f(1)'], 'import (')).told).toBe('the set-up code does not compile: E: (');
});

test('one of thousands is found in a few runs', async () => {
  const tests = Array.from({ length: 10_000 }, (_, i) => (i === 1234 ? '(' : 'f(1)'));
  const { told, runs } = await blame(tests);
  expect(told).toBe('test 1235 of 10000 does not compile: E: (');
  expect(runs).toBeLessThan(20);
});

test('a program that is judged in another way has no tests at fault', async () => {
  expect(await blame([])).toEqual({ told: undefined, runs: 0 });
});
