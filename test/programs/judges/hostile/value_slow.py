# expect: cpu_timeout
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
def solution():
    return sum(i * i for i in range(10 ** 12))
