# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "tolerance": {"absolute": 0.001, "relative": 0}, "numbersFromText": true}
def solution():
    """Ducks lay 16 eggs a day, three are eaten and four baked; each one left is sold for two dollars."""
    eggs = 16
    eaten = 3
    baked = 4
    result = (eggs - eaten - baked) * 2
    return result
