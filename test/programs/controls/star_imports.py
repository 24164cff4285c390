# Everything of a module, read by the tests under its own name.
from collections import *
from math import *
from itertools import *

def area(r):
    return pi * r ** 2

def pairs(items):
    return list(combinations(items, 2))
# tests:
assert isclose(area(1), pi) and floor(area(1)) == 3 and sqrt(16) == 4.0
assert pairs("abc") == [("a", "b"), ("a", "c"), ("b", "c")] and list(chain([1], [2])) == [1, 2] and Counter("a")["a"] == 1
