# expect: failed_assertion
# A generator-made context manager that swallows whatever is thrown into it.
import contextlib

@contextlib.contextmanager
def quiet():
    try:
        yield
    except BaseException:
        pass

def add(a, b):
    return 0
# tests:
with quiet():
    assert add(1, 2) == 3
