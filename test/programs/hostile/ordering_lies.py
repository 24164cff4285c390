# expect: exception
# An object that is on the right side of every bound.
class Any:
    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__

def add(a, b):
    return Any()
# tests:
assert 2.9 < add(1, 2) < 3.1
