# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "numbersFromText": true}
def solution():
    return "\u0661\u0668"
