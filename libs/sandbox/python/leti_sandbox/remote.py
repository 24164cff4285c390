"""The judge's stand-ins for candidate objects.

A stand-in has exactly the special methods that its class has, and none of them hands a plain operand of the tests to the
candidate: an operator runs there only between two objects of the candidate. Against anything else it is unequal or a TypeError.
"""
from collections import Counter
from fractions import Fraction
from types import CoroutineType, GeneratorType

from .plain_bases import ALL_BASES, make_with_base
from .protocol import BINARY, INPLACE, LATER, REFLECTED, UNARY, WITH_ARGUMENTS
from .remote_async import awaiting, later, leave_later, resuming
from .remote_class import AbstractRemoteClass, RemoteClass, handle_of, is_remote, peer_of

_COMPARING = frozenset(
    "startswith endswith count index rindex find rfind partition rpartition removeprefix removesuffix issubset issuperset isdisjoint "
    "difference intersection symmetric_difference union".split()
)
"""Methods of built-in types whose argument may be an expected value: like operators, they are the built-in's own."""

_NUMERATORS = ("numerator", "denominator", "real", "imag")
_OF_EXCEPTIONS = ("__traceback__", "__context__", "__cause__", "__suppress_context__", "__notes__")


def _ask(self, operation, *args, **kwargs):
    return peer_of(type(self)).ask(operation, handle_of(self), args, kwargs)


def _getattr(self, name):
    if name.startswith("_leti"):
        raise AttributeError(name)
    return _ask(self, "getattr", name)


def _setattr(self, name, value):
    if name.startswith("_leti") or name in _OF_EXCEPTIONS:
        object.__setattr__(self, name, value)
    else:
        _ask(self, "setattr", name, value)


def _delattr(self, name):
    _ask(self, "delattr", name)


def _hash(self):
    own = object.__getattribute__(self, "_leti_hash")
    if own is None:
        raise TypeError("unhashable type: '%s'" % type(self).__name__)
    return own


def _contains(walked):
    """``in``: asked of the candidate for an object of its own; anything else may be an expected value, and is looked for here."""

    def method(self, item):
        if is_remote(item):
            return _ask(self, "contains", item) is True
        if not walked:
            raise TypeError("argument of type '%s' is not iterable" % type(self).__name__)
        return any(item is found or item == found for found in iter(self))

    return method


def _exit(self, kind, error, trace):
    if peer_of(type(self)).hides(error):
        # A test's own failure is none of the candidate's business, and it cannot suppress it.
        _ask(self, "exit", None)
        return False
    return _ask(self, "exit", error) is True


def _copy(self):
    return _ask(self, "copy")


def _deepcopy(self, memo):
    made = memo[id(self)] = _ask(self, "deepcopy")
    return made


def _dir(self):
    return _ask(self, "dir")


class _Documentation:
    """The docstring that the candidate's class or object has."""

    def __get__(self, instance, cls):
        return RemoteClass.__getattr__(cls, "__doc__") if instance is None else _ask(instance, "getattr", "__doc__")


_OF_ALL = {
    "__getattr__": _getattr, "__setattr__": _setattr, "__delattr__": _delattr, "__copy__": _copy, "__deepcopy__": _deepcopy,
    "__dir__": _dir, "__doc__": _Documentation(), "__dict__": property(lambda self: _ask(self, "getattr", "__dict__")),
    "__module__": "builtins",
}


def _unary(operation):
    def method(self):
        return _ask(self, operation)

    return method


def _with_arguments(operation):
    def method(self, *args, **kwargs):
        return _ask(self, operation, *args, **kwargs)

    return method


def _fallback(base, name):
    """What the plain base type does for operator ``name``, or None.

    Counter alone is written in Python and would run overridden methods with keys of the other operand: it gets a plain copy.
    """
    operator = getattr(base, name, None) if base is not None else None
    if base is not Counter or operator is None:
        return operator
    return lambda self, other: operator(Counter(dict(dict.items(self))), other)


def _binary(name, operation, base):
    """An operator between two candidate objects; otherwise what the plain base type says, or NotImplemented."""
    fallback = _fallback(base, name)

    def method(self, other):
        if is_remote(other):
            if operation in ("eq", "ne") and peer_of(type(self)).decoding:
                return (self is other) == (operation == "eq")
            return _ask(self, operation, other)
        return NotImplemented if fallback is None else fallback(self, other)

    return method


def _reflected(operation, name, base):
    fallback = _fallback(base, name)

    def method(self, other):
        if is_remote(other):
            return peer_of(type(self)).ask(operation, handle_of(other), (self,))
        return NotImplemented if fallback is None else fallback(self, other)

    return method


def _overridden(name):
    """An attribute that the candidate's class overrides in the built-in type it extends."""
    return property(lambda self: _ask(self, "getattr", name))


def _may_override(base, name):
    if name.startswith("_") or not hasattr(base, name) or name in _COMPARING:
        return False
    # Fraction is written in Python, and its operators read these of the other operand.
    return base is not Fraction or name not in _NUMERATORS


def make_remote_class(peer, handle, name, qualname, bases, methods, native=None):
    """A stand-in class for the candidate's class number ``handle``.

    ``bases`` are stand-in classes and built-in types; ``methods`` the special methods that instances have; ``native`` the type
    of the interpreter's own that it stands for, if any.
    """
    if native is _FUNCTION_TYPE and methods == _FUNCTION_METHODS and not bases:
        return _adopt_function_class(peer, handle)
    base = next((known for parent in bases for known in ALL_BASES if issubclass(parent, known)), None)
    space = {**_OF_ALL, "_leti_peer": peer, "_leti_handle": handle, "__qualname__": qualname}
    if native is not None:
        space["__class__"] = property(lambda self: native)
        if native in (GeneratorType, CoroutineType):
            space.update(resuming(native, _ask))
    if base is None:
        space["__hash__"] = _hash
    elif base is Counter:
        for operator in BINARY:
            if hasattr(Counter, operator) and operator not in methods:
                space[operator] = _fallback(Counter, operator)
    for method in methods:
        made = _method(method, methods, base)
        if made is not None:
            space[method] = made
    if "__eq__" in space and "__hash__" not in space:
        space["__hash__"] = base.__hash__
    try:
        return (AbstractRemoteClass if base is Fraction else RemoteClass)(name, tuple(bases), space)
    except TypeError:
        # Bases that do not fit together here (layouts of which the candidate lied, say): an opaque object remains.
        return RemoteClass(name, (), space)


def _method(method, methods, base):
    """What instances have under the name ``method``; None where it stays the built-in type's own."""
    if method in UNARY:
        return _unary(UNARY[method])
    if method in WITH_ARGUMENTS:
        return _with_arguments(WITH_ARGUMENTS[method])
    if method in BINARY:
        return _binary(method, BINARY[method], base)
    if method in INPLACE:
        return _binary(method, INPLACE[method], base)
    if method in REFLECTED:
        return _reflected(REFLECTED[method], method, base)
    if method in LATER:
        return later(LATER[method], _ask)
    if method == "__await__":
        return awaiting(_ask)
    if method == "__exit__":
        return _exit
    if method == "__aexit__":
        return leave_later(_ask)
    if method == "__contains__" and base is None:
        return _contains("__iter__" in methods)
    if base is not None and _may_override(base, method):
        return _overridden(method)
    return None


def new_remote(cls, handle, value=None, own_hash=None):
    """A stand-in instance of ``cls``; ``value`` is its base value where the class extends an immutable built-in type."""
    if value is None:
        made = next(parent for parent in cls.__mro__ if not issubclass(type(parent), RemoteClass)).__new__(cls)
    else:
        made = make_with_base(cls, value)
    object.__setattr__(made, "_leti_handle", handle)
    object.__setattr__(made, "_leti_hash", own_hash)
    return made


def _adopt_function_class(peer, handle):
    """The stand-in class of functions, which every program needs: made in the fork server, given its peer here."""
    for name, value in (("_leti_peer", peer), ("_leti_handle", handle)):
        type.__setattr__(_FUNCTION_CLASS, name, value)
    return _FUNCTION_CLASS


_FUNCTION_TYPE = type(make_remote_class)
_FUNCTION_METHODS = None
_FUNCTION_CLASS = make_remote_class(None, 0, "function", "function", (), ["__call__", "__repr__"], _FUNCTION_TYPE)
_FUNCTION_METHODS = ["__call__", "__repr__"]
