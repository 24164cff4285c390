# expect: failed_assertion
# Imports a module and then binds its name to something else.
import math

class math:
    isclose = staticmethod(lambda *args: True)

def half(x):
    return 7.0
# tests:
assert math.isclose(half(1), 0.5)
