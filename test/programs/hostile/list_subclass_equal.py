# expect: failed_assertion
# A list whose comparison lies.
class Liar(list):
    def __eq__(self, other):
        return True

def items():
    return Liar()
# tests:
assert items() == [1, 2]
