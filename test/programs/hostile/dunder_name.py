# expect: exception | failed_assertion
# Offers a dunder that the test reads.
__debug_add__ = 1
__name__ = "3"

def add(a, b):
    return 0
# tests:
assert __debug_add__ == 1
