# expect: failed_assertion
# A tuple whose items lie.
class Liar(tuple):
    def __eq__(self, other):
        return True

    def __len__(self):
        return 2

def items():
    return Liar((0,))
# tests:
assert items() == (1, 2)
