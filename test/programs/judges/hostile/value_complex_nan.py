# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18+0j", "tolerance": {"absolute": 1e300, "relative": 1e300}}
def solution():
    return complex(18, float("nan"))
