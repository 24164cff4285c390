# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "[[1]]"}
def solution():
    found = []
    found.append(found)
    return found
