# expect: failed_assertion
# A set whose comparison and membership lie.
class Liar(set):
    def __contains__(self, item):
        return True

    def __eq__(self, other):
        return True

    __le__ = __ge__ = issubset = issuperset = lambda self, other: True

def items():
    return Liar()
# tests:
assert {1, 2} <= items()
