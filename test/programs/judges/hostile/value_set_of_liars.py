# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "{1}"}
class Liar:
    def __hash__(self):
        return hash(1)

    def __eq__(self, other):
        return True


def solution():
    return {Liar()}
