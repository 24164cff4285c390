# expect: failed_assertion
# Replaces the comparison of the test's own helper.
import operator
import sys

operator.eq = lambda a, b: True
sys.modules["operator"].eq = operator.eq

def add(a, b):
    return 0
# tests:
import operator
assert operator.eq(add(1, 2), 3)
