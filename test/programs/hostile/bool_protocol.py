# expect: failed_assertion
# An object that is true, where the test asks for True itself.
class Any:
    def __bool__(self):
        return True

    def __eq__(self, other):
        return True

def even(n):
    return Any()
# tests:
assert even(2) is True
