"""Templates: what of a problem is compiled once in the judge's fork server, and moved to each program's lines in its fork."""
import json
from collections import OrderedDict
from types import CodeType

from .feedback import tells_values

_KEPT = 256


class Templates:
    """The templates of the problems judged last."""

    def __init__(self):
        self._kept = OrderedDict()

    def get(self, job, make):
        """The template that ``make(job)`` gives for the problem of ``job``; None when ``make`` is."""
        if make is None:
            return None
        key = (json.dumps(job.get("judge")), tells_values(job.get("feedback")), job["setup"], *job["tests"])
        template = self._kept.pop(key, None) or make(job)
        self._kept[key] = template
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return template


def moved(code, lines):
    """``code`` with every line number ``lines`` higher."""
    constants = tuple(moved(value, lines) if isinstance(value, CodeType) else value for value in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=constants)
