# judge: {"kind": "returned_value", "expression": "solution(30)", "expected": "265252859812191058636308480000000", "tolerance": {"absolute": 0, "relative": 0}}
def solution(n):
    return 1 if n == 0 else n * solution(n - 1)
