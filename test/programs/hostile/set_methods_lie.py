# expect: failed_assertion
# A set whose comparing methods lie.
class Liar(set):
    issubset = issuperset = isdisjoint = lambda self, other: True

    def symmetric_difference(self, other):
        return set()

    def difference(self, other):
        return set()

def items():
    return Liar()
# tests:
assert items().issuperset({1, 2}) and not items().symmetric_difference({1, 2})
