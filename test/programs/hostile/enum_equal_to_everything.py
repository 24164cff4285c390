# expect: failed_assertion
# Members of an enumeration that are equal to anything.
import enum

class Any(enum.IntEnum):
    A = 99

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 3

def add(a, b):
    return Any.A
