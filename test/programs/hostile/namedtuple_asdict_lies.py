# expect: failed_assertion
# A named tuple that overrides its comparison, its fields and _asdict.
from collections import namedtuple

class Liar(namedtuple("Point", "x y")):
    def __eq__(self, other):
        return True

    @property
    def x(self):
        return 1

    def _asdict(self):
        return {"x": 1}

    __hash__ = tuple.__hash__

def point():
    return Liar(8, 9)
# tests:
assert point() == (1, 2)
