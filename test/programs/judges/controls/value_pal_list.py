# judge: {"kind": "returned_value", "expression": "solution()", "expected": "[2, 'three', (4.0, None), {'five': 5.0}, {6}, True]", "tolerance": {"absolute": 0, "relative": 1e-9}}
def solution():
    return [2.0000000000001, "three", (4, None), {"five": 5}, frozenset([6]), True]
