# expect: failed_assertion
# A Counter whose comparison lies.
from collections import Counter

class Liar(Counter):
    def __eq__(self, other):
        return True

    def __getitem__(self, key):
        return 2

def items():
    return Liar()
# tests:
from collections import Counter
assert items() == Counter("aabb")
