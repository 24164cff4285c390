# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "[1, 2]"}
class List(list):
    def __iter__(self):
        return iter([1, 2])

    def __len__(self):
        return 2

    def __getitem__(self, at):
        return at + 1

    def __eq__(self, other):
        return True


def solution():
    return List([3])
