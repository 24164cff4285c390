# Numbers of an own class that extends Fraction.
from fractions import Fraction

class Ratio(Fraction):
    def percent(self):
        return "%d%%" % (self * 100)

    def __add__(self, other):
        return Ratio(Fraction.__add__(self, other))

def third():
    return Ratio(1, 3)
# tests:
from fractions import Fraction
assert third() == Fraction(1, 3) and Fraction(1, 3) == third() and third() != 1 and third() < 1 and 0 < third()
assert third().percent() == "33%" and third() + Ratio(1, 6) == Fraction(1, 2) and isinstance(third(), Ratio)
assert isinstance(third(), Fraction) and third().numerator == 1 and hash(third()) == hash(Fraction(1, 3)) and third() * 3 == 1
assert [third()] == [Fraction(1, 3)] and float(third()) == 1 / 3 and round(third(), 2) == Fraction(33, 100)
