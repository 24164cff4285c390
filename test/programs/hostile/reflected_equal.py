# expect: failed_assertion
# Comparison where the expected value stands on the left.
class Any:
    def __eq__(self, other):
        return True

def add(a, b):
    return Any()
# tests:
assert 3 == add(1, 2)
