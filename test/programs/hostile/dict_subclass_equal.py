# expect: failed_assertion
# A dict whose comparison lies.
class Liar(dict):
    def __eq__(self, other):
        return True

def items():
    return Liar()
# tests:
assert items() == {"a": 1}
