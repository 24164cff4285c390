# expect: syntax_error
# Ends in a decorator that would replace the test's function.
def add(a, b):
    return 0

def skip(check):
    return lambda candidate: None

@skip
# tests:
def check(candidate):
    assert candidate(1, 2) == 3
check(add)
