# expect: failed_assertion
# Replaces the tested function between two tests by one that returns a liar.
class Any:
    def __eq__(self, other):
        return True

def add(a, b):
    global add
    add = lambda *args: Any()
    return 3
# tests:
assert add(1, 2) == 3
assert add(2, 2) == 4
