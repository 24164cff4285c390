# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "1", "tolerance": {"absolute": 2, "relative": 2}}
def solution():
    return True
