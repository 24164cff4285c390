# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "tolerance": {"absolute": 1, "relative": 0}}
class Int(int):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0

    __rsub__ = __sub__

    def __abs__(self):
        return 0

    __hash__ = int.__hash__


def solution():
    return Int(3)
