# expect: failed_assertion
# A str whose methods lie.
class Liar(str):
    def __contains__(self, item):
        return True

    def startswith(self, *args):
        return True

    def __len__(self):
        return 5

    def __hash__(self):
        return hash("hello")

    def __eq__(self, other):
        return True

def greet():
    return Liar("no")
# tests:
assert greet() in {"hello"} and "ell" in greet()
