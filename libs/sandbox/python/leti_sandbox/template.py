"""A problem's tests, compiled once in the judge's fork server and moved to each program's lines in its fork."""
from collections import OrderedDict
from types import CodeType

from .exceptions import PROGRAM_FILE
from .test_names import needed_names, read_as_modules

_KEPT = 256


class Template:
    """Set-up code and tests of one problem. ``error`` is set, and nothing else, when they do not compile.

    ``parts``: (index or None, code, lines before it within the tests); ``names``: what they read of the solution; ``modules``:
    those of the names that can only mean a standard module.
    """

    __slots__ = ("error", "parts", "names", "modules")

    def __init__(self, setup, tests):
        self.error = None
        self.parts = []
        before = 0
        try:
            for index, text in [(None, setup)] * bool(setup) + list(enumerate(tests)):
                self.parts.append((index, compile(text, PROGRAM_FILE, "exec", dont_inherit=True), before))
                before += text.count("\n") + 1
            self.names = needed_names([setup, *tests])
            self.modules = read_as_modules([setup, *tests], self.names)
        except Exception as error:
            self.error = error


class Templates:
    """The templates of the problems judged last."""

    def __init__(self):
        self._kept = OrderedDict()

    def get(self, setup, tests):
        key = (setup, *tests)
        template = self._kept.pop(key, None) or Template(setup, tests)
        self._kept[key] = template
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return template


def moved(code, lines):
    """``code`` with every line number ``lines`` higher."""
    constants = tuple(moved(value, lines) if isinstance(value, CodeType) else value for value in code.co_consts)
    return code.replace(co_firstlineno=code.co_firstlineno + lines, co_consts=constants)
