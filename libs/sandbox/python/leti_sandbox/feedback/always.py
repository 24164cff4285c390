"""Feedback that never decides: what cannot be told of a program is left out."""
from ..comparable import looked_at


class AlwaysFeedback:
    """A writer with the methods of ``writer``, whose text is empty where that fails on what a candidate gave."""

    def __init__(self, writer):
        self._writer = writer

    def __getattr__(self, name):
        write = getattr(self._writer, name)
        return lambda *args, **more: looked_at(lambda: write(*args, **more), lambda: "")

    def invalid(self, trace):
        """As the writer's own: the text and the exception's class."""
        return looked_at(lambda: self._writer.invalid(trace), lambda: ("", "SyntaxError" if trace is None else trace.name))
