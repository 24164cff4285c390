"""Values that travel by name: built-in types and functions, and a few standard-library types and functions.

Built-ins that read the caller's frame, run text or touch files are left out; such a value travels as a handle.
"""
import builtins
import collections
import datetime
import decimal
import fractions
import functools
import itertools
import math
import operator
import string

_BUILTINS = (
    "abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format frozenset hash "
    "hex int isinstance issubclass iter len list map max min next object oct ord pow print range repr reversed round set "
    "slice sorted str sum tuple type zip NotImplemented"
).split()
_STANDARD = {
    collections: ["Counter", "OrderedDict", "defaultdict", "deque"],
    datetime: ["date", "datetime", "time", "timedelta", "timezone"],
    decimal: ["Decimal"],
    fractions: ["Fraction"],
    functools: ["reduce", "partial", "cmp_to_key"],
    itertools: [name for name in dir(itertools) if not name.startswith("_")],
    math: [name for name in dir(math) if callable(getattr(math, name)) and not name.startswith("_")],
    operator: [name for name in operator.__all__ if name not in ("attrgetter", "methodcaller", "call")],
    string: ["capwords"],
}
_METHODS = (str, int, float, list, dict, set, frozenset, tuple, bytes, bytearray)


def _collect():
    found = {"builtins." + name: getattr(builtins, name) for name in _BUILTINS}
    for name, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, BaseException):
            found["builtins." + name] = value
    for value in (None, ..., NotImplemented):
        found["types." + type(value).__name__] = type(value)
    for kind in _METHODS:
        for name, value in vars(kind).items():
            # Formatting reads attributes: a test's callable that calls what it is given would show the candidate anything.
            if not name.startswith(("_", "format")) and type(value).__name__ == "method_descriptor":
                found["%s.%s" % (kind.__name__, name)] = value
    for module, names in _STANDARD.items():
        for name in names:
            found.setdefault("%s.%s" % (module.__name__, name), getattr(module, name))
    return found


VALUES = _collect()
"""Name to value."""

_NAMES = {}
for _name, _value in VALUES.items():
    _NAMES.setdefault(id(_value), _name)  # VALUES keeps every value alive, so the ids stay theirs


def name_of(value):
    """The name under which ``value`` travels, or None."""
    name = _NAMES.get(id(value))
    return name if name is not None and VALUES[name] is value else None
