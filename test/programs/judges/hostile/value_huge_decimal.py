# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "tolerance": {"absolute": 1, "relative": 1}}
from decimal import Decimal


def solution():
    return Decimal("1e999999999999999")
