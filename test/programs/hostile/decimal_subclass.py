# expect: failed_assertion
# A number of an own class is not zero.
from decimal import Decimal

class Money(Decimal):
    pass

def add(a, b):
    return Money(5)
# tests:
assert add(1, 2) == 0
