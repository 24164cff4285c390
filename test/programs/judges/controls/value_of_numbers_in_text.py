# judge: {"kind": "returned_value", "expression": "answers()", "expected": "[18, 18, 18, 1000, -2.5, 12, 0.5, 1200.0, 18]", "numbersFromText": true}
def answers():
    return ["18.", " 18 ", "$18", "1,000", "-$2.50", "12%", ".5", "1.2e3", 18]
