# expect: failed_assertion
# A complex number and a bytes object that lie.
class Liar(complex):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0

    __hash__ = complex.__hash__

class Text(bytes):
    def __eq__(self, other):
        return True

    __hash__ = bytes.__hash__

def root():
    return Liar(7), Text(b"no")
# tests:
assert root()[0] == 1j or root()[1] == b"yes" or root() == (1j, b"yes")
