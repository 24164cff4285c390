# Context managers that suppress errors of the test's own making.
import contextlib

class Ignore:
    def __init__(self, *kinds):
        self.kinds = kinds
        self.seen = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.seen = error
        return kind is not None and issubclass(kind, self.kinds)

@contextlib.contextmanager
def wrapped():
    try:
        yield "inside"
    except KeyError as error:
        raise ValueError("wrapped") from error

class Transaction:
    def __init__(self):
        self.state = "new"

    def __enter__(self):
        self.state = "open"
        return self

    def __exit__(self, kind, error, trace):
        self.state = "rolled back" if kind else "committed"
# tests:
with Ignore(ValueError, KeyError) as ignore:
    int("x")
assert isinstance(ignore.seen, ValueError) and "x" in str(ignore.seen)
with Ignore(ValueError):
    raise ValueError
try:
    with Ignore(ValueError):
        raise TypeError("through")
    assert False
except TypeError as error:
    assert str(error) == "through"
try:
    with wrapped() as value:
        assert value == "inside"
        raise KeyError("k")
    assert False
except ValueError as error:
    assert str(error) == "wrapped"
t = Transaction()
with t:
    assert t.state == "open"
assert t.state == "committed"
try:
    with t:
        raise RuntimeError
except RuntimeError:
    pass
assert t.state == "rolled back"
