# Exceptions of own classes with special methods, and of classes made by hand.
class Coded(Exception):
    def __str__(self):
        return "code %d" % self.args

    def __eq__(self, other):
        return isinstance(other, Coded) and self.args == other.args

    __hash__ = None

Made = type("Made", (ValueError,), {})

def fail(code):
    raise Coded(code) if code else Made("no code")
# tests:
try:
    fail(3)
    assert False
except Coded as error:
    assert str(error) == "code 3" and error == Coded(3) and error != Coded(4)
try:
    fail(0)
    assert False
except ValueError as error:
    assert type(error) is Made and str(error) == "no code"
