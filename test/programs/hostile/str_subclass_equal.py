# expect: failed_assertion
# A str whose comparison lies.
class Liar(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__

def greet():
    return Liar("no")
# tests:
assert greet() == "hello"
