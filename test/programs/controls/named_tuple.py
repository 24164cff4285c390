# A named tuple equals a plain tuple and has fields.
from collections import namedtuple

Point = namedtuple("Point", "x y")

def origin():
    return Point(1, 2)
# tests:
assert origin() == (1, 2)
assert origin().x == 1 and origin()[1] == 2
assert origin()._replace(x=5) == (5, 2)
assert isinstance(origin(), Point) and isinstance(origin(), tuple)
x, y = origin()
assert x + y == 3 and len(origin()) == 2 and sorted([origin(), (0, 9)])[0] == (0, 9)
