# judge: {"kind": "returned_value", "expression": "solution()", "expected": "1800.5", "numbersFromText": true}
def solution():
    return f"${1800.5:,.2f}"
