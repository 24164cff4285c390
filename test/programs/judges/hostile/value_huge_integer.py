# expect: failed_assertion | memory_exceeded | cpu_timeout
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "tolerance": {"absolute": 1, "relative": 1}}
def solution():
    return 1 << 10 ** 9
