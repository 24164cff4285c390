# judge: {"kind": "returned_value", "expression": "solution()", "expected": "12.5"}
from decimal import Decimal


def solution():
    return Decimal("100") / 8
