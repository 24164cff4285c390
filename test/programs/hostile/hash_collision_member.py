# expect: failed_assertion
# A lying object that is looked up in a test's set.
class Any:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(3)

def add(a, b):
    return Any()
# tests:
assert add(1, 2) in {3}
