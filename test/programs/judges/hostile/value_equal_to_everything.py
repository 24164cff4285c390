# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18"}
class Liar:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __float__(self):
        return 18.0

    __int__ = __index__ = lambda self: 18
    __hash__ = None


def solution():
    return Liar()
