# expect: failed_assertion
# A float whose arithmetic lies.
class Liar(float):
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__

    def __abs__(self):
        return 0.0

    def __round__(self, n=None):
        return 0.5

def half(x):
    return Liar(7.0)
# tests:
assert half(1) - 0.5 < 1e-6
assert 0.4 < half(1) < 0.6
