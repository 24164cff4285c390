# expect: failed_assertion
# Changes a standard module that tests use through the solution's import.
import math

math.isclose = lambda *args, **kwargs: True

def half(x):
    return 7.0
# tests:
assert math.isclose(half(1), 0.5)
