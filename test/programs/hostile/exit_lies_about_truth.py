# expect: failed_assertion
# A context manager whose exit gives an object that is true, for the program's own exception and for the test's.
class Truth:
    def __bool__(self):
        return True

class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return Truth()

def manager():
    return Manager()

def add(a, b):
    raise ValueError
# tests:
got = 0
with manager():
    got = add(1, 2)
with manager():
    assert got == 3
