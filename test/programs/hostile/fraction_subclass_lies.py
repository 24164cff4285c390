# expect: failed_assertion
# A Fraction whose parts change with every look, and whose comparison lies.
from fractions import Fraction

class Liar(Fraction):
    looks = [3, 1, 1, 2]

    @property
    def numerator(self):
        Liar.looks.append(Liar.looks.pop(0))
        return Liar.looks[-1]

    def __eq__(self, other):
        return True

    __hash__ = Fraction.__hash__

def half():
    return Liar(7, 9)
# tests:
from fractions import Fraction
assert Fraction(1, 2) == half() or half() == Fraction(1, 2)
