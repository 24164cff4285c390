# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
from fractions import Fraction


class Answer(Fraction):
    numerator = property(lambda self: 18)
    denominator = property(lambda self: 1)
    _numerator = 18
    _denominator = 1

    def __eq__(self, other):
        return True

    __hash__ = None


def solution():
    return Answer(0)
