# Context managers enter, leave and may suppress their own errors.
from contextlib import contextmanager

log = []

class Managed:
    def __enter__(self):
        log.append("enter")
        return self

    def __exit__(self, kind, error, trace):
        log.append("exit" if kind is None else kind.__name__)
        return kind is KeyError

    def fail(self):
        raise KeyError("x")

@contextmanager
def doubled(x):
    yield 2 * x

def entries():
    return log
# tests:
with Managed() as managed:
    assert isinstance(managed, Managed)
with Managed() as managed:
    managed.fail()
assert entries() == ["enter", "exit", "enter", "KeyError"]
with doubled(4) as value:
    assert value == 8
