# expect: failed_assertion
# An exception instance as result that is equal to anything.
class Any(Exception):
    def __eq__(self, other):
        return True

    __hash__ = None

def add(a, b):
    return Any()
