"""Whole behaviours put into a program: other results, exceptions, endless loops, kept state, decorators, ways to end.

The same contract as in ``tree_mutations``: ``(tree, rng)`` to whether a place was found.
"""
import ast

from trees import blocks, expression, functions, nodes, parameters, statement, statements

_WRAPPED = (
    "str(V)|repr(V)|[V]|(V,)|{0: V}|(item for item in V)|map(str, V)|iter(V)|lambda: V|float(V)|int(V)|bool(V)|print(V)|sorted(V)|"
    "complex(V)|type(V)|range(V)|set(V)|list(V)|tuple(V)|dict(enumerate(V))|frozenset(V)|reversed(V)|enumerate(V)|V or None|"
    "len(V)|V is V|bytes(V)|hash(V)|dict(V=V).values()|str(V).encode()|round(V, 1)|-V|V[0]|V[::-1]|not V|V + V|[V] * 2|f'{V}'|zip(V, V)"
).split("|")
"""What a function hands back instead of V."""

_OWN_CLASSES = [
    ("class Result(list):\n    pass", "Result(V)"), ("class Result(int):\n    pass", "Result(V)"),
    ("class Result(str):\n    def __eq__(self, other):\n        return False\n    __hash__ = str.__hash__", "Result(V)"),
    ("class Result(dict):\n    def __missing__(self, key):\n        return 0", "Result(V)"),
    ("class Result:\n    def __init__(self, value):\n        self.value = value", "Result(V)"),
    ("class Result:\n    def __init__(self, value):\n        self.value = value\n    def __repr__(self):\n        return repr(self.value)\n"
     "    def __len__(self):\n        return len(self.value)\n    def __iter__(self):\n        return iter(self.value)", "Result(V)"),
    ("from collections import namedtuple\nResult = namedtuple('Result', 'value')", "Result(V)"),
    ("from dataclasses import dataclass\n@dataclass\nclass Result:\n    value: object", "Result(V)"),
    ("from fractions import Fraction", "Fraction(V)"), ("from decimal import Decimal", "Decimal(V)"),
    ("from collections import Counter", "Counter(V)"), ("from collections import deque", "deque(V)"),
    ("from collections import OrderedDict", "OrderedDict(V)"), ("from collections import defaultdict", "defaultdict(list, V)"),
    ("from enum import Enum\nclass Result(Enum):\n    YES = True\n    NO = False", "Result(V)"),
    ("class Result(tuple):\n    pass", "Result(V)"), ("class Result(float):\n    pass", "Result(V)"),
]

_RAISED = (
    "ValueError('bad input')|KeyError('key')|KeyError(('a', 1))|IndexError|TypeError('no')|ZeroDivisionError()|RuntimeError('two\\nlines')|"
    "NotImplementedError|StopIteration|StopIteration(3)|OSError(2, 'No such file', 'x')|AssertionError('message')|AssertionError|"
    "SystemExit|SystemExit(0)|SystemExit('text')|KeyboardInterrupt|GeneratorExit|MemoryError|RecursionError('deep')|Exception|"
    "UnicodeDecodeError('utf-8', b'x', 0, 1, 'reason')|BaseException('base')|'text'|None|LookupError(1, [2], {3: 4})|Warning('w')|"
    "ImportError('no', name='m')|EOFError|ArithmeticError(1.5)|AttributeError('a')|NameError('n')|ValueError from KeyError('cause')|"
    "SyntaxError('own')|TimeoutError('late')|BufferError(b'b')"
).split("|")

_OWN_EXCEPTIONS = [
    "class Wrong(Exception):\n    pass", "class Wrong(ValueError):\n    def __init__(self, *args):\n        super().__init__('own', *args)",
    "class Wrong(Exception):\n    def __str__(self):\n        return 'own text'", "class Wrong(AssertionError):\n    pass",
    "class Wrong(KeyError, ValueError):\n    pass", "class Wrong(BaseException):\n    pass",
]

_EFFECTS = (
    "print('debug', 1)|input()|int(input())|open('missing.txt')|open('made.txt', 'w').write('x')|exit()|quit(1)|import sys; sys.exit(0)|"
    "import os; os._exit(0)|import sys; sys.setrecursionlimit(80)|import sys; sys.stdout.write('x' * 1000)|import nunpy|import numpy as np|"
    "from math import squareroot|import math.stuff|from typing import Lists|assert False|assert False, 'not yet'|assert 1 == 2, [1, 2]|"
    "raise|import warnings; warnings.warn('w')|x: int = 'a'|del undefined|global shared; shared = 1|import random; random.random()|"
    "1 / 0|[][0]|{}['k']|None.x|'a' + 1|int('x')|len(5)|nothing()|1()|[1, 2] < 3|{[]: 1}|a, b = 1|a, b = 1, 2, 3|next(iter([]))|"
    "'x'.encode('ascii').decode('utf-16')|import json; json.loads('{')|exec('raise ValueError(1)')|eval('1 +')|import sys; sys.stdin.read()|"
    "import time; time.sleep(0.01)|def inner(): raise ValueError('inner')\ninner()|class A: x = undefined|import decimal; decimal.Decimal('x')|"
    "import re; re.compile('(')|[0] * 10 ** 12|10 ** 10 ** 8|'%d' % 'x'|'{} {}'.format(1)|import heapq; heapq.heappop([])"
).split("|")

_DECORATORS = ["staticmethod", "property", "classmethod", "lru_cache", "functools.lru_cache(None)", "abs", "str", "callable", "print"]
_SHADOWED = ["sum", "len", "max", "min", "list", "str", "sorted", "set", "range", "abs", "int", "input", "print"]


def wrapped_result(tree, rng):
    node = rng.pick(nodes(tree, ast.Return, lambda each: each.value is not None))
    if node is not None:
        node.value = expression(rng.choice(_WRAPPED), V=node.value)
    return node is not None


def result_of_another_class(tree, rng):
    node = rng.pick(nodes(tree, ast.Return, lambda each: each.value is not None))
    if node is None:
        return False
    definition, result = rng.choice(_OWN_CLASSES)
    node.value = expression(result, V=node.value)
    tree.body[0:0] = statements(definition)
    return True


def yielded_result(tree, rng):
    found = [(block, i) for block in blocks(tree) for i, line in enumerate(block) if isinstance(line, ast.Return)]
    if not found:
        return False
    block, place = rng.choice(found)
    block[place] = ast.Expr(ast.Yield(block[place].value))
    return True


def raised_exception(tree, rng):
    return _inserted(tree, rng, "raise " + rng.choice(_RAISED), inside=rng.random() < 0.8)


def own_exception(tree, rng):
    tree.body[0:0] = statements(rng.choice(_OWN_EXCEPTIONS))
    return _inserted(tree, rng, "raise Wrong(%s)" % rng.choice(["", "1", "'text', [1]"]), inside=True)


def effect(tree, rng):
    return _inserted(tree, rng, rng.choice(_EFFECTS), inside=rng.random() < 0.8)


def endless_loop(tree, rng):
    loop = rng.pick(nodes(tree, ast.While))
    if loop is not None and rng.random() < 0.5:
        loop.test = ast.Constant(True)
        return True
    return _inserted(tree, rng, rng.choice(["while True: pass", "while 1:\n    x = 0\n    x += 1"]), inside=True)


def endless_recursion(tree, rng):
    node = rng.pick(functions(tree))
    if node is None:
        return False
    call = "%s(%s)" % (node.name, ", ".join(parameters(node)))
    form = rng.choice(["return %s", "return 1 + %s", "x = %s", "return [%s for _ in range(2)]"])
    node.body.insert(0, statement(form % call))
    return True


def mutual_recursion(tree, rng):
    node = rng.pick([each for each in tree.body if isinstance(each, ast.FunctionDef)])
    if node is None:
        return False
    tree.body.append(statement("def again(*args): return %s(*args)" % node.name))
    node.body.insert(0, statement("return again(%s)" % ", ".join(parameters(node))))
    return True


def state_between_calls(tree, rng):
    node = rng.pick(functions(tree))
    if node is None or node.args.vararg or node.args.kwonlyargs:
        return False
    node.args.kwonlyargs, node.args.kw_defaults = [ast.arg("_calls")], [ast.List([], ast.Load())]
    node.body[0:0] = statements("_calls.append(1)\nif len(_calls) > 1: " + rng.choice(["return _calls", "raise ValueError(_calls)", "del _calls[0]"]))
    return True


def swallowed_exceptions(tree, rng):
    node = rng.pick(functions(tree))
    if node is None:
        return False
    handled = rng.choice(["except Exception: return None", "except: pass", "except Exception as error: return error",
                          "except ValueError: raise KeyError(1)", "finally: return 0"])
    attempt = statement("try: pass\n" + handled)
    attempt.body = [statement(rng.choice(["raise ValueError(1)", "x = 1"])), *node.body]
    node.body = [attempt]
    return True


def decorator(tree, rng):
    node = rng.pick(functions(tree))
    if node is not None:
        node.decorator_list.append(expression(rng.choice(_DECORATORS)))
        if rng.random() < 0.5:
            tree.body.insert(0, statement("import functools"))
    return node is not None


def made_async(tree, rng):
    node = rng.pick(functions(tree))
    if node is not None:
        node.__class__ = ast.AsyncFunctionDef
    return node is not None


def inside_a_class(tree, rng):
    place = rng.pick([i for i, line in enumerate(tree.body) if isinstance(line, ast.FunctionDef)])
    if place is None:
        return False
    outer = statement(rng.choice(["class Solution: pass", "def outer(): pass", "if __name__ == '__main__': pass"]))
    outer.body = [tree.body[place]]
    tree.body[place] = outer
    return True


def shadowed_builtin(tree, rng):
    name = rng.choice(_SHADOWED)
    return _inserted(tree, rng, rng.choice(["%s = 0", "%s = []", "def %s(*args): return args"]) % name, inside=rng.random() < 0.7)


def annotation_without_import(tree, rng):
    node = rng.pick([each for each in functions(tree) if each.args.args])
    if node is not None:
        node.args.args[0].annotation = expression(rng.choice(["List[int]", "Optional[str]", "int", "'List[int]'", "np.ndarray"]))
    return node is not None


def _inserted(tree, rng, text, inside):
    """Puts statements at a random place of a function (``inside``) or of the module."""
    node = rng.pick(functions(tree)) if inside else tree
    if node is None:
        return False
    place = rng.randrange(len(node.body) + (0 if inside else 1))
    node.body[place:place] = statements(text)
    return True
