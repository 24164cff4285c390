# judge: {"kind": "returned_value", "expression": "solution()", "expected": "0.3", "tolerance": {"absolute": 1e-6, "relative": 0}}
def solution():
    return 0.1 + 0.2
