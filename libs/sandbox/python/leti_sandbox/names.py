"""Values that travel by name: built-in types and functions, and a few standard-library types and functions.

Built-ins that read the caller's frame, run text or touch files are left out; such a value travels as a handle.
"""
import array
import builtins
import collections
import datetime
import decimal
import fractions
import functools
import importlib
import itertools
import math
import operator
import string

_BUILTINS = (
    "abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate filter float format frozenset hash "
    "hex int isinstance issubclass iter len list map max min next object oct ord pow print range repr reversed round set "
    "slice sorted str sum tuple type zip memoryview NotImplemented"
).split()
_STANDARD = {
    array: ["array"],
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
    found["datetime.timezone.utc"] = datetime.timezone.utc
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


_LATE = ("dataclasses._FIELD", "dataclasses._FIELD_CLASSVAR", "dataclasses._FIELD_INITVAR", "dataclasses.MISSING")
"""Marks by which a module knows what it made; importing the module is left to programs that use it."""


_RAISING = frozenset(
    "_queue asyncio.exceptions binascii configparser copy dataclasses decimal json.decoder queue re statistics struct zlib zoneinfo".split()
)
"""Modules whose exceptions are the same class on both sides, so that a test can name what it catches."""


def name_of(value):
    """The name under which ``value`` travels, or None."""
    name = _NAMES.get(id(value))
    if name is not None:
        return name if VALUES[name] is value else None
    if getattr(type(value), "__module__", None) == "dataclasses":
        return next((late for late in _LATE if value_named(late) is value), None)
    if isinstance(value, type) and issubclass(value, Exception):
        module = getattr(value, "__module__", None)
        name = "%s.%s" % (module, value.__name__)
        return name if type(module) is str and _exception_named(name) is value else None
    return None


def value_named(name):
    """The value that travels under ``name``; KeyError when there is none."""
    if name in VALUES:
        return VALUES[name]
    found = _part(name) if name in _LATE else _exception_named(name)
    if found is None:
        raise KeyError(name)
    return found


def _exception_named(name):
    found = _part(name) if name.rpartition(".")[0] in _RAISING else None
    return found if isinstance(found, type) and issubclass(found, Exception) else None


def _part(name):
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute, None)
