# expect: failed_assertion
# A str whose methods agree with anything.
class Liar(str):
    def startswith(self, *args):
        return True

    endswith = startswith

    def count(self, *args):
        return 2

    index = find = count

def greet():
    return Liar("no")
# tests:
assert greet().startswith("hello") and greet().endswith("world")
