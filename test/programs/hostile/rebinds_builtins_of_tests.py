# expect: failed_assertion
# Binds names of built-ins that the tests use, after it was started.
def add(a, b):
    global sum, len, isinstance
    sum = len = isinstance = lambda *args: 3
    return 0
# tests:
assert add(1, 2) == 0
assert sum([add(1, 2)]) == 3 and isinstance(add(1, 2), int)
