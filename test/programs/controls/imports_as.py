# Modules and their parts under other names, read by the tests.
import math as m
import collections
from functools import reduce as fold
from itertools import (
    chain,
    count as endless,
)

def area(r):
    return m.pi * r * r
# tests:
assert m.isclose(area(1), m.pi) and m.floor(area(1)) == 3
assert fold(lambda a, b: a + b, [1, 2, 3]) == 6 and next(endless(4)) == 4
assert list(chain([1], [2])) == [1, 2] and collections.Counter("a") == {"a": 1}
