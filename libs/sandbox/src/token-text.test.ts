import { spawnSync } from 'node:child_process';
import { dataFolder, describeWithData } from '@leti/testing';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BLIND_BUILTINS, REFUSED_WORDS } from './blind-names.ts';
import { humanEvalGold, mbppGold } from './testing/benchmark-programs.ts';
import { respaced } from './testing/respaced.ts';
import { isBlindTest, tokenText } from './token-text.ts';

describe('programs have the same token text', () => {
  test.each([
    ['a comment', 'x = 1\n', '# one\nx = 1  # two\n# three'],
    ['blank lines', 'def f():\n    return 1\n', '\n\ndef f():\n\n  \n    return 1\n\n'],
    ['spacing', 'f(a,b)[1:2]+=-c\n', 'f( a , b ) [1 : 2]  +=  - c'],
    ['lines within brackets', 'f(a, b)\n', 'f(\n        a,  # first\n\n  b\n)'],
    ['a comment that looks like code', 'x = "#"\n', 'x = "#"  # y = "'],
    ['trailing spaces', 'if x:\n\ty = 1', 'if x:   \n\ty = 1 \t'],
  ])('that differ in %s', (_, one, other) => {
    expect(tokenText(one)).toBeDefined();
    expect(tokenText(other)).toBe(tokenText(one));
  });
});

describe('programs have different token texts', () => {
  test.each([
    ['indentation', 'if x:\n  y = 1\nz = 2', 'if x:\n  y = 1\n  z = 2'],
    ['its width', 'if x:\n  y = 1', 'if x:\n    y = 1'],
    ['tab or blanks', 'if x:\n\ty = 1', 'if x:\n        y = 1'],
    ['lines', 'x = 1\n-y', 'x = 1 -y'],
    ['a blank in a string', 'x = "a b"', 'x = "a  b"'],
    ['a comment in a string', 'x = """\n# a\n"""', 'x = """\n# b\n"""'],
    ['a prefix apart from its string', 'b "x"', 'b"x"'],
    ['a number in parts', 'x = 1e-5', 'x = 1e - 5'],
    ['a number and a name', 'x = 1.real', 'x = 1 .real'],
    ['an operator in parts', 'x <= y', 'x < = y'],
    ['an assignment in parts', '(x := y)', '(x : = y)'],
    ['dots', 'x = ...', 'x = . . .'],
    ['an old operator', 'x <> y', 'x < > y'],
    ['names run together', 'not x', 'notx'],
    ['strings', 'x = "" "a"', 'x = "a" ""'],
  ])('that differ in %s', (_, one, other) => {
    expect(tokenText(one)).not.toBe(tokenText(other));
  });
});

describe('there is no token text', () => {
  test.each([
    ['an f-string, whose text may show its spacing', 'x = f"{a = }"'],
    ['an f-string with quotes inside', `x = f"{d["k"]}"`],
    ['a backslash between lines', 'x = 1 + \\\n    2'],
    ['a form feed, which begins an indentation anew', 'if x:\n  y = 1\n\f  z = 2'],
    ['a carriage return', 'x = 1\r\n'],
    ['an encoding line', '# -*- coding: latin-1 -*-\nx = 1'],
    ['brackets that do not match', 'x = (1'],
    ['a bracket too many', 'x = 1)'],
    ['a string without end', 'x = "a'],
    ['a quote in the middle of a name', `x = in"a"`],
    ['what is no Python', 'x = $1 ? `y`'],
    ['a long text', `x = "${'a'.repeat(2 ** 16)}"`],
  ])('of %s', (_, source) => {
    expect(tokenText(source)).toBeUndefined();
  });

  test.each([
    'import sys\nx = sys._getframe().f_lineno',
    'from sys import *',
    'import math, inspect',
    'import math as m, traceback as t',
    'if x: import linecache',
    'import math; import sys',
    'from . import x',
    'x = f.__code__.co_firstlineno',
    'x = getattr(f, "__co" + "de__")',
    'x = "{0.__code__}".format(f)',
    'exec("import sys")',
    'x = __import__("sys")',
    'x = (i for i in y).gi_frame',
    'try:\n    f()\nexcept E as e:\n    x = e.__traceback__',
    'import collections\nx = collections._sys._getframe()',
    'import operator\nx = operator.attrgetter("a")',
    'import typing\ntyping._eval_type("x")',
    'x = f.__ｃode__',
    'x = ｇetattr(f, "a")',
    'class A:\n    def __exit__(self, a, b, c): pass',
    "M = type('M', (type,), {'__instance' + 'check__': lambda c, o: True})\nD = M('D', (), {'__match_args__': ('__co' + 'de__',)})\nmatch f:\n    case D(c):\n        x = c",
    'match f:\n    case D(c): x = c',
    "import collections, dataclasses\nx = collections._sys.modules['inspect'].stack()[0][2]",
    'from collections import _sys as s\nx = s._getframe()',
    "import dataclasses\nx = dataclasses._create_fn('f', (), ['import sys', 'return sys._getframe(1).f_lineno'])",
    "from dataclasses import make_dataclass, astuple\nC = make_dataclass('C', ['__code__'])",
    "import functools\nfunctools.update_wrapper(c, f, ['__code__'], [])",
    'from functools import wraps',
    'from typing import overload, get_overloads',
    'from enum import bltns',
    'from typing import Type\nclass M(Type):\n    def __init__(self, name, bases, body): self.data = body',
    'class C:\n    def __init__(self, *a): print(a)\nclass D(C()): pass',
    'class D(metaclass=lambda *a: print(a)): pass',
    "class D(**{'meta' + 'class': print}): pass",
    "T = type(C)\nx = T('M', (T,), {})",
    'x = list(map(type, a, b, c))',
    "x = ('{0.__co' + 'de__}').format(f)",
    "x = '{0' '.__code__}'.format(f)",
    "x = '{0\\\\x2e__code__}'.format(f)",
    "x = '{0[x].y}'.format(f)",
    'x = str.format(a, f)',
    "x = a.format_map({'f': f})",
    'import math\nx = math',
    'import math as m\nx = [m][0].sqrt(4)',
    'import json\nx = json.decoder.scanner',
    'import json as j, re as r\nx = r.enum',
    'from math import *',
    'import collections.abc',
    'x = e.with_traceback(None)',
    'x = e.tb_lineno',
    'x = hasattr(f, a)',
    'x = __builtins__',
    'x = vars(f)',
    'class A:\n    def __prepare__(self): pass',
    'from operator import add as eval',
  ])('of a program that may see where its lines are: %j', (source) => {
    expect(tokenText(source)).toBeUndefined();
  });
});

test('tests that look at lines are told from those that do not', () => {
  expect(isBlindTest('assert add(1, 2) == 3')).toBe(true);
  expect(isBlindTest('assert add.__code__.co_firstlineno == 3')).toBe(false);
  expect(isBlindTest('import inspect')).toBe(false);
});

test.each([
  'from typing import List\n\ndef f(xs: List[int]) -> int:\n    return sum(x * x for x in xs if x % 2)',
  'import math\nx = math.sqrt(2) + math.pi',
  'import heapq as hq\nx = hq.nlargest(3, [1, 2])',
  'from collections import (Counter, defaultdict,)\nx = Counter("ab").most_common(1)[0][0]',
  'import datetime\nx = datetime.datetime.now().year',
  'import re\nx = re.compile("a").match("a").group(0)',
  'x = "{:.2f} {name} {0:>3}".format(1, name=2)',
  'try:\n    x = int("a")\nexcept ValueError as e:\n    x = str(e)',
  'class Node:\n    def __init__(self, val):\n        self.val = val\n        self.next = None',
  'for _ in range(3): print(input())',
  'if __name__ == "__main__":\n    print(1)',
])('an honest program has a token text: %j', (source) => {
  expect(tokenText(source)).toBeDefined();
});

test('every builtin of Python is on one list', () => {
  const python = process.env['LETI_TEST_PYTHON'] ?? 'python3';
  const script = 'import builtins; print(*[name for name in dir(builtins) if name[0] != "_"])';
  const { stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  const builtins = stdout.trim().split(' ');
  expect(builtins.length).toBeGreaterThan(100);
  expect(builtins.filter((name) => BLIND_BUILTINS.has(name) === REFUSED_WORDS.has(name))).toEqual([]);
});

describeWithData('gold programs, written anew with other spacing', 'mbpp/mbpp.jsonl', (mbpp) => {
  const gold = [...mbppGold(mbpp), ...humanEvalGold(join(dataFolder(), 'humaneval', 'HumanEval.jsonl.gz'))].map(
    ({ prompt, solution }) => prompt + solution,
  );

  test('have a token text for the most part', () => {
    const shares = gold.filter((source) => tokenText(source) !== undefined).length / gold.length;
    expect(shares).toBeGreaterThan(0.9);
  });

  test("that share a token text share Python's syntax tree", { timeout: 300_000 }, () => {
    const pairs = gold.flatMap((source, index) => {
      const first = new Map<string, string>();
      return [source, ...Array.from({ length: 6 }, (_, round) => respaced(source, 6 * index + round))].flatMap(
        (text) => {
          const tokens = tokenText(text);
          const same = tokens && first.get(tokens);
          if (tokens && same === undefined) first.set(tokens, text);
          return same === undefined || same === text ? [] : [[same, text] as const];
        },
      );
    });
    expect(pairs.length).toBeGreaterThan(1000);
    expect(pairsWithOtherTrees(pairs)).toEqual([]);
  });
});

const COMPARE = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
def tree(source):
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError) as error:
        return type(error).__name__
json.dump([pair for pair in json.load(sys.stdin) if tree(pair[0]) != tree(pair[1])], sys.stdout)
`;

function pairsWithOtherTrees(pairs: readonly (readonly [string, string])[]): unknown {
  const python = process.env['LETI_TEST_PYTHON'] ?? 'python3';
  const { stdout, stderr } = spawnSync(python, ['-I', '-c', COMPARE], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}
