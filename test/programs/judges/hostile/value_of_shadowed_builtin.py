# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "abs(solution())", "expected": "18"}
def abs(value):
    return 18


def solution():
    return -1
