# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "tolerance": {"absolute": 1e300, "relative": 1e300}}
def solution():
    return float("inf")
