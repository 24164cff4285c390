# Numbers of an own class that extends Decimal.
from decimal import Decimal

class Money(Decimal):
    def __add__(self, other):
        return Money(Decimal.__add__(self, other))
# tests:
assert Money("5") == 5 and Money("5") != 0 and Money("1") < 2
assert Money("1.5") + Money("2") == Money("3.5") and isinstance(Money(1), Money) and hash(Money(3)) == hash(3)
