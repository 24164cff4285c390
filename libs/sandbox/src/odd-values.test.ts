import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  judgeByVerifier,
  judgeReturnedValue,
  judgeStdio,
  judgeTextMatch,
  type FeedbackOptions,
  type JudgeRule,
  type Program,
} from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

/** What a program may come up with; Python expressions over SETUP. */
const VALUES = [
  '10 ** 400',
  '-(1 << 70_000)',
  'float("nan")',
  'float("-inf")',
  '1j',
  'complex("nan+infj")',
  'complex(1e308, 1e308)',
  '"\\ud800\\udfff"',
  '"9" * 5_000',
  '"1e999"',
  'b"\\xff\\0"',
  'bytearray(b"x")',
  'memoryview(b"x")',
  'range(10 ** 30)',
  'deep(300)',
  'deep(900)',
  'deep(5_000)',
  'circle()',
  '{"k": circle()}',
  'D("1e999999999")',
  'D("-1E-999999999")',
  'D("sNaN")',
  'D("Infinity")',
  'F(10 ** 400, 3)',
  '{1: {2: frozenset([frozenset([(1, 1.5, D(1))])])}}',
  '{float("nan"): 1j, F(1, 3): D("NaN")}',
  'Odd()',
  'OddInt(3)',
  'OddList([OddInt(1)])',
  '{Odd(): 1}',
  '[Odd, solution, len, ..., NotImplemented, slice(1)]',
  'RuntimeError(Odd())',
  'iter([1])',
  'datetime.datetime.max',
  'fail(RuntimeError(Odd()))',
  'fail(BlockingIOError(Odd()))',
  'fail(OddError())',
  'fail(OSError(Odd(), "x"))',
  'fail(AssertionError(Odd()))',
  'fail(UnicodeDecodeError("x", b"y", 0, 10 ** 9, "\\ud800"))',
] as const;

const EXPECTED = [
  `1${'0'.repeat(400)}`,
  '1e999',
  '-1e999',
  '1j',
  '1e308+1e308j',
  '1e999+0j',
  '0',
  '"\\ud800"',
  'b"x"',
  '[[[1]], {1: (2, {3, 4.5})}]',
  '{(1, 1j): 1e999, None: True}',
  '{1, 1j, "x"}',
  '{1: {2: {3}}}',
  '...',
] as const;

const SETUP = `import datetime
from decimal import Decimal as D
from fractions import Fraction as F
def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value
def circle():
    value = [1]
    value.append(value)
    return value
def fail(error):
    raise error
class Odd:
    def _odd(self, *args):
        raise ZeroDivisionError("odd")
    __eq__ = __lt__ = __len__ = __iter__ = __bool__ = __str__ = __repr__ = __complex__ = __float__ = __int__ = __index__ = _odd
    def __hash__(self):
        return 7
class OddInt(int):
    __eq__ = __float__ = __complex__ = __index__ = __repr__ = Odd._odd
    __hash__ = int.__hash__
class OddList(list):
    __eq__ = __iter__ = __len__ = __repr__ = Odd._odd
class OddError(Exception):
    __str__ = __repr__ = Odd._odd
    args = property(Odd._odd)
`;
const STYLES: readonly FeedbackOptions[] = [{}, { style: 'canonical_v1', values: true }];

const runner = await startRunnerOrSkip('odd values', { keptVerdicts: 0 });
afterAll(() => runner?.close());

/** Outcomes that say of a program that it is wrong; a machinery at fault would be an error instead. */
const OUTCOMES = new Set([
  'passed',
  'failed_assertion',
  'exception',
  'tampering',
  'memory_exceeded',
  'process_limit',
  'early_exit',
]);

function judged(value: string, how: Partial<Program>): Promise<string> {
  const solution = `${SETUP}def solution():\n    return ${value}\n`;
  const program = { programId: 'p', prompt: '', solution, testSetupCode: '', tests: [], limits: {}, ...how };
  return runner!.evaluate(program).then(
    ({ outcome, executions }) =>
      OUTCOMES.has(outcome) && executions === 1 ? '' : `${value}: ${outcome}, ${executions}`,
    (error: unknown) => `${value}: ${String(error)}`,
  );
}

async function faults(all: readonly Promise<string>[]): Promise<string[]> {
  return (await Promise.all(all)).filter((each) => each !== '');
}

describe.skipIf(runner === undefined)('odd values are the outcome of their program', () => {
  test.for(STYLES)('under a tolerance, with feedback %o', { timeout: 120_000 }, async (feedback) => {
    const programs = VALUES.flatMap((value, at) =>
      [0, 1, 2].map((more) => {
        const expected = EXPECTED[(3 * at + more) % EXPECTED.length]!;
        const options = { tolerance: { absolute: 1e-6, relative: 0.5 }, numbersFromText: more === 0 };
        return judged(value, { judge: judgeReturnedValue('solution()', expected, options), feedback });
      }),
    );
    expect(await faults(programs)).toEqual([]);
  });

  test.for(STYLES)('before tests and verifiers, with feedback %o', { timeout: 120_000 }, async (feedback) => {
    const verifier = 'def verify(value, reference):\n    return "no"\n';
    const programs = VALUES.flatMap((value) => [
      judged(value, { tests: ['assert solution() == 1j and {solution(): 1}'], feedback }),
      judged(value, { tests: ['raise ValueError(solution())'], feedback }),
      judged(value, { judge: judgeByVerifier('solution()', verifier), feedback }),
    ]);
    expect(await faults(programs)).toEqual([]);
  });

  test.for(STYLES)('on stdout and in a text, with feedback %o', { timeout: 120_000 }, async (feedback) => {
    const rules: JudgeRule[] = (['exact', 'lines', 'words'] as const).map((comparison) =>
      judgeStdio([{ stdin: '', stdout: '1e400 1 -1e-9999\n\ud800' }], { comparison, ...WITHIN }),
    );
    const stdout = VALUES.flatMap((value, at) => [
      judged(value, { solution: `${SETUP}print(${value})\n`, judge: rules[at % 3]!, feedback }),
      judged(value, {
        solution: `\ud800 the answer is ${value}`,
        judge: judgeTextMatch(['\ud800'], PATTERN),
        feedback,
      }),
    ]);
    expect(await faults(stdout)).toEqual([]);
  });
});

const WITHIN = { tolerance: { absolute: 1, relative: 0.5 } };
const PATTERN = { answerPattern: '(?i)answer is(?: (.*))?', ignoreCase: true };

test('every number compares with every other, under any tolerance', () => {
  const script = `import itertools
from decimal import Decimal as D
from fractions import Fraction as F
from leti_sandbox.equality import Equality, Tolerance
big, inf, nan = 10 ** 400, float("inf"), float("nan")
expected = [0, -big, big, 1 << 70000, 1e308, inf, -inf, nan, 1j, complex(inf, nan), complex(1e308, 1e308), complex(0, -inf)]
got = expected + [D("1e999999999"), D("-1e-999999999"), D("sNaN"), D("NaN"), D("-Infinity"), F(big, 3), F(1, big), True, None,
                  "9" * 5000, "1e999", "\\ud800", b"1", range(big), [1], {1: 2}, (), ...]
for tolerance, text in itertools.product([(0, 0), (1, 0), (0, 1), (1e308, 1e308)], [False, True]):
    equality = Equality(Tolerance(*tolerance), text)
    for one, other in itertools.product(expected, got):
        for wrap in (lambda value: value, lambda value: [value], lambda value: {1: (value,)}):
            assert type(equality.holds(wrap(one), wrap(other))) is bool
print("compared")`;
  const cwd = fileURLToPath(new URL('../python/', import.meta.url));
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { cwd, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('compared\n');
});
