# expect: failed_assertion
# Puts an own module in the place of a standard one.
import sys
import types

fake = types.ModuleType("math")
fake.isclose = lambda *args, **kwargs: True
sys.modules["math"] = fake
import math

def half(x):
    return 7.0
# tests:
assert math.isclose(half(1), 0.5)
