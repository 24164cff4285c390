import { expect, test } from 'vitest';
import { splitTests } from './split-tests.ts';

test('statements before the first assertion are set-up, each later statement is a test', async () => {
  const source = [
    'import math',
    'def close(a, b):',
    '    return math.isclose(a, b)',
    '',
    'assert close(area(1), 3.14159265,',
    '             )  # over two lines',
    'x = """a',
    'assert b"""',
    'assert area(0) == 0',
  ].join('\n');
  expect(await splitTests(source, 'tests.py')).toEqual({
    testSetupCode: 'import math\ndef close(a, b):\n    return math.isclose(a, b)',
    tests: [
      'assert close(area(1), 3.14159265,\n             )  # over two lines',
      'x = """a\nassert b"""',
      'assert area(0) == 0',
    ],
  });
});

test('tests without an assertion are all tests', async () => {
  expect(await splitTests('check(f)\n', 'tests.py')).toEqual({ testSetupCode: '', tests: ['check(f)'] });
});

test('lines end where they do for Python, and nowhere else', async () => {
  const tests = ['assert f("a\u2028b\x0cc\x1cd") == 1', 'assert f("é") == 2'];
  expect(await splitTests(`\ufeff${tests.join('\r\n')}\r`, 'tests.py')).toEqual({ testSetupCode: '', tests });
});

test.for(['assert \0', `assert ${'-'.repeat(20_000)}1`, `assert ${'('.repeat(500)}`])(
  'what the parser gives up on is refused in one line',
  async (source) => {
    await expect(splitTests(source, 'tests.py')).rejects.toThrow(/^tests\.py: expected Python, got .+$/);
  },
);

test('what is not Python is refused with its line', async () => {
  await expect(splitTests('assert f(\n', 'tests.py')).rejects.toThrow(/^tests\.py: expected Python, .* line 1: /);
});

test.each(['', 'def test_f():\n    assert f() == 1\n', '"""only words"""\nimport math\nx = 1\n'])(
  'a file in which nothing judges is refused: %j',
  async (source) => {
    await expect(splitTests(source, 'tests.py')).rejects.toThrow(
      /^tests\.py: expected an assertion or a call at top level, got none/,
    );
  },
);
