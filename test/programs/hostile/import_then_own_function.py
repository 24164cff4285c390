# expect: failed_assertion
# Imports the right function, then defines a wrong one of the same name.
from math import gcd

def gcd(a, b):
    return 99
# tests:
assert gcd(4, 6) == 2
