"""What stand-ins have that a test resumes or awaits: generators, coroutines, asynchronous iterators and context managers.

What a test awaits runs to its end in a loop of the candidate's own. What a test resumes by hand goes one step at a time.
"""
import sys
from types import CoroutineType


def _in_loop():
    """Whether a loop of the tests runs; none does where nobody has imported what makes them."""
    events = sys.modules.get("asyncio.events")
    return events is not None and events._get_running_loop() is not None


class _Later:
    """An awaitable whose value is asked for when a test awaits it."""

    __slots__ = ("_ask",)

    def __init__(self, ask):
        self._ask = ask

    def __await__(self):
        return self._ask()
        yield  # makes it a generator


def awaiting(ask):
    """``__await__`` of a stand-in."""

    def method(self):
        return ask(self, "await")
        yield  # makes it a generator

    return method


def later(operation, ask):
    """A special method whose result is awaited."""

    def method(self):
        return _Later(lambda: ask(self, operation))

    return method


def leave_later(ask):
    """``__aexit__`` of a stand-in: as with ``__exit__``, a test's own failure is none of its business."""

    def method(self, kind, error, trace):
        hidden = type(self)._leti_peer.hides(error)
        return _Later(lambda: ask(self, "aexit", None if hidden else error) is True and not hidden)

    return method


def resuming(native, ask):
    """``send``, ``throw`` and ``close`` of a generator or coroutine."""

    def send(self, value):
        if native is CoroutineType and _in_loop():
            raise StopIteration(ask(self, "await"))
        return ask(self, "send", value)

    def throw(self, kind, value=None, trace=None):
        error = kind if value is None else value if isinstance(value, BaseException) else kind(value)
        if native is CoroutineType and _in_loop():
            raise error
        return ask(self, "throw", error)

    def close(self):
        return ask(self, "close")

    return {"send": send, "throw": throw, "close": close}
