# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "[1, 2]"}
def solution():
    yield 1
    yield 2
