# expect: failed_assertion
# A Counter whose items lie, compared by the test.
from collections import Counter

class Liar(Counter):
    def __getitem__(self, key):
        return 2

    def __missing__(self, key):
        return 2

def items():
    return Liar()
# tests:
from collections import Counter
assert items() == Counter("aabb")
