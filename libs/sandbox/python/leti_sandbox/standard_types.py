"""Types of the interpreter and the standard library that the judge knows an object by, though the object itself stays away.

They decide what ``isinstance`` says in a test. None of them travels as a value: a test's callable that calls what it is given
would make functions and classes of the candidate's design with them.
"""
import abc
import collections.abc
import contextlib
import functools
import numbers
import re
import types

from .encoder import PLAIN_TYPES
from .names import name_of

_HEAP_TYPE = 1 << 9

_NATIVE = {
    kind.__name__: kind
    for kind in (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType, types.CoroutineType,
                 types.AsyncGeneratorType, types.ModuleType, types.MappingProxyType, types.SimpleNamespace, re.Match, re.Pattern,
                 functools.partial, property)
}
_NATIVE_NAMES = {kind: name for name, kind in _NATIVE.items()}

_ABSTRACT = {"abc.ABC": abc.ABC}
for _module in (collections.abc, numbers):
    for _name in _module.__all__:
        _ABSTRACT["%s.%s" % (_module.__name__, _name)] = getattr(_module, _name)
for _name in ("AbstractContextManager", "AbstractAsyncContextManager"):
    _ABSTRACT["contextlib." + _name] = getattr(contextlib, _name)
_ABSTRACT_NAMES = {kind: name for name, kind in _ABSTRACT.items()}


def native_name(kind):
    """The name of a type of the interpreter's own, an empty text for any other class."""
    name = _NATIVE_NAMES.get(kind)
    if name is None and kind.__flags__ & _HEAP_TYPE == 0 and _stands_for_itself(kind):
        name = name_of(kind)
    return name or ""


def native_type(name, values):
    """The type that ``native_name`` named, or None; ``values`` are those that travel by name."""
    found = _NATIVE.get(name) or values.get(name)
    return found if isinstance(found, type) and _stands_for_itself(found) else None


def _stands_for_itself(kind):
    """Whether objects of ``kind`` are no plain data: of those the judge has real ones."""
    return kind not in PLAIN_TYPES and kind not in (object, type) and not issubclass(kind, BaseException)


def abstract_names(kind):
    """Names of the standard abstract classes that ``kind`` extends."""
    return [_ABSTRACT_NAMES[parent] for parent in kind.__mro__ if parent in _ABSTRACT_NAMES]


def abstract_class(name):
    """The standard abstract class of a name, or None."""
    return _ABSTRACT.get(name)
