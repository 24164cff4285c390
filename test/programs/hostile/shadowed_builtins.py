# expect: failed_assertion
# Defines functions called like the built-ins that tests use.
def sorted(items):
    return 1

def set(items):
    return 1

def items():
    return []
# tests:
assert sorted(set(items())) == sorted(set([1, 2]))
