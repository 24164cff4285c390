# expect: failed_assertion
# judge: {"kind": "returned_value", "expression": "solution()", "expected": "18", "numbersFromText": true}
class Text(str):
    def strip(self, *args):
        return "18"

    def __len__(self):
        return 2

    def __str__(self):
        return "18"


def solution():
    return Text("17")
