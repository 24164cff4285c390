# expect: failed_assertion
# A list that counts and finds what is not there.
class Liar(list):
    def count(self, item):
        return 1

    def index(self, item, *args):
        return 0

def items():
    return Liar()
# tests:
assert items().count(3) == 1 and items().index(3) == 0
