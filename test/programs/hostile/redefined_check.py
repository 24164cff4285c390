# expect: failed_assertion
# Defines the function that the tests define.
def check(candidate):
    pass

def add(a, b):
    return 0
# tests:
def check(candidate):
    assert candidate(1, 2) == 3
check(add)
