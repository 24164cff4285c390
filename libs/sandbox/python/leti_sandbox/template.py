"""Templates: what of a problem is compiled once in the judge's fork server, and moved to each program's lines in its fork."""
import json
from collections import OrderedDict
from types import CodeType

from .feedback import tells_values

_KEPT = 256
_KEPT_LENGTH = 1 << 16
_KEPT_LENGTH_TOGETHER = 1 << 21
"""Characters of the texts that a kept template, and all of them, are made of: compiled they take some fifty times as many bytes, which
every fork has on top of its own, and compiling takes time that nobody limits here."""


class Templates:
    """The templates of the problems judged last, as far as they are small."""

    def __init__(self):
        self._kept = OrderedDict()
        self._length = 0

    def get(self, job, make):
        """What gives the template that ``make(job)`` makes for the problem of ``job``; None when ``make`` is.

        It is called in the fork: there, under the program's limits, is made what is large or fails here.
        """
        if make is None:
            return lambda: None
        key = (json.dumps(job.get("judge")), tells_values(job.get("feedback")), job["setup"], *job["tests"])
        length = _length(key)
        if length > _KEPT_LENGTH:
            return lambda: make(job)
        template = self._kept.pop(key, None)
        if template is None:
            try:
                template = make(job)
            except Exception:
                return lambda: make(job)
            self._length += length
        self._kept[key] = template
        while len(self._kept) > _KEPT or self._length > _KEPT_LENGTH_TOGETHER:
            oldest, _ = self._kept.popitem(last=False)
            self._length -= _length(oldest)
        return lambda: template


def _length(key):
    return sum(len(text) for text in key if type(text) is str)


def moved(code, lines):
    """``code`` with every line number ``lines`` higher."""
    constants = tuple(moved(value, lines) if isinstance(value, CodeType) else value for value in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=constants)
