"""The judge's stand-ins for candidate objects and classes.

A stand-in has exactly the special methods that its class has, and none of them hands a plain operand of the tests to the
candidate: an operator runs there only between two objects of the candidate. Against anything else it is unequal or a TypeError.
"""
from collections import Counter

from .plain_bases import ALL_BASES
from .protocol import BINARY, REFLECTED, UNARY, WITH_ARGUMENTS

_get = object.__getattribute__


class RemoteClass(type):
    """Metaclass of stand-in classes: instances are made, and class attributes read, by the candidate."""

    def __call__(cls, *args, **kwargs):
        return cls._leti_peer.ask("call", cls._leti_handle, args, kwargs)

    def __getattr__(cls, name):
        if name.startswith("_leti"):
            raise AttributeError(name)
        return cls._leti_peer.ask("getattr", cls._leti_handle, (name,))

    def __setattr__(cls, name, value):
        cls._leti_peer.ask("setattr", cls._leti_handle, (name, value))

    def __iter__(cls):
        return cls._leti_peer.ask("iter", cls._leti_handle)

    def __len__(cls):
        return cls._leti_peer.ask("len", cls._leti_handle)

    def __bool__(cls):
        return True

    def __getitem__(cls, key):
        return cls._leti_peer.ask("getitem", cls._leti_handle, (key,))


def is_remote(value):
    """Whether ``value`` stands for an object of the candidate."""
    return type(type(value)) is RemoteClass


def handle_of(value):
    """The candidate's number of a stand-in object or class."""
    if type(value) is RemoteClass:
        return type.__getattribute__(value, "_leti_handle")
    return _get(value, "_leti_handle")


def _ask(self, operation, *args, **kwargs):
    return type.__getattribute__(type(self), "_leti_peer").ask(operation, _get(self, "_leti_handle"), args, kwargs)


def _getattr(self, name):
    if name.startswith("_leti"):
        raise AttributeError(name)
    return _ask(self, "getattr", name)


def _setattr(self, name, value):
    if name.startswith("_leti") or name in ("__traceback__", "__context__", "__cause__", "__suppress_context__", "__notes__"):
        object.__setattr__(self, name, value)
    else:
        _ask(self, "setattr", name, value)


def _delattr(self, name):
    _ask(self, "delattr", name)


def _hash(self):
    own = _get(self, "_leti_hash")
    if own is None:
        raise TypeError("unhashable type: '%s'" % type(self).__name__)
    return own


def _contains(self, item):
    # Walked here and compared here: the item may be an expected value.
    iterator = iter(self)
    return any(item is found or item == found for found in iterator)


def _exit(self, kind, error, trace):
    peer = type.__getattribute__(type(self), "_leti_peer")
    if error is None or not peer.is_candidate_error(error):
        # A test's own failure is none of the candidate's business, and it cannot suppress it.
        _ask(self, "exit", None)
        return False
    return _ask(self, "exit", (kind if kind.__module__ == "builtins" else Exception, tuple(error.args))) is True


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
            if operation in ("eq", "ne") and type.__getattribute__(type(self), "_leti_peer").decoding:
                return (self is other) == (operation == "eq")
            return _ask(self, operation, other)
        return NotImplemented if fallback is None else fallback(self, other)

    return method


def _reflected(operation, name, base):
    fallback = _fallback(base, name)

    def method(self, other):
        if is_remote(other):
            return type.__getattribute__(type(self), "_leti_peer").ask(operation, handle_of(other), (self,))
        return NotImplemented if fallback is None else fallback(self, other)

    return method


def _overridden(name):
    """An attribute that the candidate's class overrides in the built-in type it extends."""
    return property(lambda self: _ask(self, "getattr", name))


def make_remote_class(peer, handle, name, qualname, bases, methods):
    """A stand-in class for the candidate's class number ``handle``.

    ``bases`` are stand-in classes and built-in types; ``methods`` the special methods that instances have.
    """
    if name == "function" and methods == _FUNCTION_METHODS and not bases:
        return _adopt_function_class(peer, handle)
    base = next((known for parent in bases for known in ALL_BASES if issubclass(parent, known)), None)
    space = {"_leti_peer": peer, "_leti_handle": handle, "__module__": "builtins", "__qualname__": qualname,
             "__getattr__": _getattr, "__setattr__": _setattr, "__delattr__": _delattr}
    if base is None:
        space["__hash__"] = _hash
    elif base is Counter:
        for operator in BINARY:
            if hasattr(Counter, operator) and operator not in methods:
                space[operator] = _fallback(Counter, operator)
    for method in methods:
        if method in UNARY:
            space[method] = _unary(UNARY[method])
        elif method in WITH_ARGUMENTS:
            space[method] = _with_arguments(WITH_ARGUMENTS[method])
        elif method in BINARY:
            space[method] = _binary(method, BINARY[method], base)
        elif method in REFLECTED:
            space[method] = _reflected(REFLECTED[method], method, base)
        elif method == "__exit__":
            space[method] = _exit
        elif method == "__contains__" and base is None and "__iter__" in methods:
            space[method] = _contains
        elif base is not None and not method.startswith("__") and hasattr(base, method):
            space[method] = _overridden(method)
    if "__eq__" in space and "__hash__" not in space:
        space["__hash__"] = base.__hash__
    try:
        return RemoteClass(name, tuple(bases), space)
    except TypeError:
        # Bases that do not fit together here (layouts of which the candidate lied, say): an opaque object remains.
        return RemoteClass(name, (), space)


def new_remote(cls, handle, value=None, own_hash=None):
    """A stand-in instance of ``cls``; ``value`` is its base value where the class extends an immutable built-in type."""
    built_in = next(parent for parent in cls.__mro__ if type(parent) is not RemoteClass)
    made = built_in.__new__(cls) if value is None else built_in.__new__(cls, value)
    object.__setattr__(made, "_leti_handle", handle)
    object.__setattr__(made, "_leti_hash", own_hash)
    return made


def _adopt_function_class(peer, handle):
    """The stand-in class of functions, which every program needs: made in the fork server, given its peer here."""
    for name, value in (("_leti_peer", peer), ("_leti_handle", handle)):
        type.__setattr__(_FUNCTION_CLASS, name, value)
    return _FUNCTION_CLASS


_FUNCTION_METHODS = None
_FUNCTION_CLASS = make_remote_class(None, 0, "function", "function", (), ["__call__", "__repr__"])
_FUNCTION_METHODS = ["__call__", "__repr__"]
