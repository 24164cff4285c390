# expect: exception
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
def solution():
    raise StopIteration(18)
