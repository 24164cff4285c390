import { describe, expect, test } from 'vitest';
import { inPython } from './testing/in-python.ts';

const NONE = [0, 0] as const;

describe('what was written, compared with what had to be', () => {
  /** How, expected, written, tolerance (absolute, relative), whether they are the same. */
  const ROWS = [
    ['exact', 'a\n', 'a\n', NONE, true],
    ['exact', 'a\n', 'a', NONE, false],
    ['lines', 'a\nb\n', 'a \nb\t\r\n\n \n', NONE, true],
    ['lines', 'a\nb', 'a\n\nb', NONE, false],
    ['lines', 'a', ' a', NONE, false],
    ['lines', '', '\n\n', NONE, true],
    ['lines', 'a', 'a\nb', NONE, false],
    ['words', 'a  b\n', '\n a\tb', NONE, true],
    ['words', 'a b', 'a', NONE, false],
    ['words', 'a', 'a b', NONE, false],
    ['words', '1', '1.0', NONE, false],
    ['words', '1', '1.0', [1e-9, 0], true],
    ['words', '100', '101', [0, 0.01], true],
    ['words', '100', '102', [0, 0.01], false],
    ['words', '7', '007', [1, 0], false],
    ['words', 'nan', 'nan', NONE, true],
    ['words', 'inf', '1e999', [1, 1], false],
    ['words', '1e999', '1e998', [1, 1], false],
    ['words', '1e999', '1e999', NONE, true],
  ] as const;
  const found = inPython(
    `
from leti_sandbox.equality import Tolerance
from leti_sandbox.stdout_comparison import COMPARISONS
print(json.dumps([COMPARISONS[how](wanted.encode(), got.encode(), Tolerance(*within)) for how, wanted, got, within, _ in rows]))`,
    { rows: ROWS },
  ) as boolean[];
  for (const [index, [how, wanted, got, within, same]] of ROWS.entries())
    test(`by ${how}, within [${within.join()}]: ${JSON.stringify(got)} is ${same ? '' : 'not '}${JSON.stringify(wanted)}`, () =>
      expect(found[index]).toBe(same));
});

describe('plain data, compared with what is expected', () => {
  /** Expected, got, both as Python writes them, tolerance, whether numbers are read from texts, whether they are equal. */
  const ROWS = [
    ['1', '1.0', NONE, false, true],
    ['1', 'True', NONE, false, false],
    ['True', 'True', NONE, false, true],
    ['[1]', '(1,)', NONE, false, false],
    ['[1, {2: 3}]', '[1.0, {2: 3.05}]', [0.1, 0], false, true],
    ['{2}', '{2.05}', [0.1, 0], false, false],
    ['{1: 2}', '{True: 2}', NONE, false, false],
    ['1e308', '10 ** 400', [0, 0.5], false, false],
    ['float("nan")', 'float("nan")', [1, 1], false, false],
    ['float("inf")', 'float("inf")', NONE, false, true],
    ['float("inf")', '1e308', [1, 1], false, false],
    ['0.1', 'Fraction(1, 10)', [1e-9, 0], false, true],
    ['1', '"1"', NONE, false, false],
    ['1', '" 1.0 "', NONE, true, true],
    ['"1"', '1', NONE, true, false],
    // A text tells a finite number, however large.
    ['float("inf")', '"1e999"', NONE, true, false],
    ['float("-inf")', '"-1e999"', NONE, true, false],
    ['10 ** 999', '"1e999"', NONE, true, true],
    ['10 ** 999 + 1', '"1e999"', NONE, true, false],
    ['10 ** 999 + 1', '"1e999"', [1, 0], true, true],
    ['float("inf")', '"inf"', NONE, true, false],
    ['float("inf")', '"1e999"', [1e300, 1e300], true, false],
  ] as const;
  const found = inPython(
    `
from decimal import Decimal
from fractions import Fraction
from leti_sandbox.equality import Equality, Tolerance
print(json.dumps([Equality(Tolerance(*within), texts).holds(eval(wanted), eval(got)) for wanted, got, within, texts, _ in rows]))`,
    { rows: ROWS },
  ) as boolean[];
  for (const [index, [wanted, got, within, texts, equal]] of ROWS.entries())
    test(`${got} ${equal ? 'equals' : 'does not equal'} ${wanted} within [${within.join()}]${texts ? ', numbers from text' : ''}`, () =>
      expect(found[index]).toBe(equal));
});
