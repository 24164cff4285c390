# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "tolerance": {"absolute": 0.5, "relative": 0.5}}
class Float(float):
    def as_integer_ratio(self):
        return 18, 1

    def is_integer(self):
        return True

    def __float__(self):
        return 18.0


def solution():
    return Float(100.0)
