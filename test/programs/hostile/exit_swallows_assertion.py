# expect: failed_assertion
# A context manager that swallows the test's own failure.
class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return True

def quiet():
    return Quiet()

def add(a, b):
    return 0
# tests:
with quiet():
    assert add(1, 2) == 3
