# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "{'a': 1}"}
class Dict(dict):
    def items(self):
        return [("a", 1)]

    def __getitem__(self, key):
        return 1

    def __contains__(self, key):
        return True

    def keys(self):
        return ["a"]


def solution():
    return Dict(b=2)
