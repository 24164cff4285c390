# expect: exception | failed_assertion
# A container that contains anything.
class Any:
    def __contains__(self, item):
        return True

def items():
    return Any()
# tests:
assert 3 in items()
