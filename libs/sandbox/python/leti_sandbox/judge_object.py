"""What a candidate holds of an object that a test passed in: it can be called or iterated, as far as the object allows."""
from collections import namedtuple
from types import SimpleNamespace

from .exceptions import instance_of
from .plain_bases import make_with_base


class JudgeObject:
    """An opaque object of the tests. Its slots live outside the instance, so that attribute access finds nothing."""

    __slots__ = ("__weakref__",)

    @staticmethod
    def make(peer, number, can_call, can_iterate, about=None):
        """``about``: a FunctionDescription, for what has a name."""
        made = _KINDS[can_call, can_iterate]()
        _TARGETS[id(made)] = (peer, number, made, about)
        return made

    @staticmethod
    def number(value):
        return _TARGETS[id(value)][1]


_TARGETS = {}


class FunctionDescription:
    """How a test's function is called: what ``functools.wraps``, ``inspect.signature`` and ``__code__`` are asked for."""

    def __init__(self, name, qualname, documentation, counts, parameters):
        """``counts``: arguments, positional and keyword only ones, flags, defaults; None for what is not written in Python."""
        self.name = name
        self.qualname = qualname
        self.documentation = documentation
        self._counts = counts
        self._parameters = parameters

    def get(self, name):
        """The value of attribute ``name``; AttributeError when there is none."""
        if name == "__name__":
            return self.name
        if name == "__qualname__":
            return self.qualname
        if self._counts is not None and name == "__code__":
            return self._code()
        if self._counts is not None and name == "__signature__":
            return self._signature()
        raise AttributeError(name)

    def _code(self):
        arguments, positional, keyword, flags, _ = self._counts
        return SimpleNamespace(co_argcount=arguments, co_posonlyargcount=positional, co_kwonlyargcount=keyword, co_flags=flags,
                               co_varnames=tuple(name for name, _ in self._parameters), co_name=self.name)

    def _signature(self):
        import inspect

        arguments, positional, keyword, flags, defaults = self._counts
        kind = inspect.Parameter
        made = []
        for place, (name, has_default) in enumerate(self._parameters):
            if place < arguments:
                how = kind.POSITIONAL_ONLY if place < positional else kind.POSITIONAL_OR_KEYWORD
                has_default = place >= arguments - defaults
            elif place < arguments + keyword:
                how = kind.KEYWORD_ONLY
            else:
                how = kind.VAR_POSITIONAL if place == arguments + keyword and flags & inspect.CO_VARARGS else kind.VAR_KEYWORD
            made.append(kind(name, how, default=... if has_default else kind.empty))
        order = (kind.POSITIONAL_ONLY, kind.POSITIONAL_OR_KEYWORD, kind.VAR_POSITIONAL, kind.KEYWORD_ONLY, kind.VAR_KEYWORD)
        return inspect.Signature(sorted(made, key=lambda parameter: order.index(parameter.kind)))


def _call(self, *args, **kwargs):
    peer, number, _, _ = _TARGETS[id(self)]
    return peer.ask("call", number, args, kwargs)


def _iter(self):
    peer, number, _, _ = _TARGETS[id(self)]
    return peer.ask("iter", number)


def _next(self):
    peer, number, _, _ = _TARGETS[id(self)]
    return peer.ask("next", number)


def _getattr(self, name):
    about = _TARGETS[id(self)][3]
    if about is None:
        raise AttributeError(name)
    return about.get(name)


def _documentation(self):
    about = _TARGETS[id(self)][3]
    return None if about is None else about.documentation


class CallableJudgeObject(JudgeObject):
    __slots__ = ()
    __call__ = _call
    __getattr__ = _getattr
    __doc__ = property(_documentation)
    __module__ = "builtins"


class IterableJudgeObject(JudgeObject):
    __slots__ = ()
    __iter__ = _iter
    __next__ = _next


class FullJudgeObject(CallableJudgeObject):
    __slots__ = ()
    __iter__ = _iter
    __next__ = _next
    __doc__ = property(_documentation)


_KINDS = {(False, False): JudgeObject, (True, False): CallableJudgeObject, (False, True): IterableJudgeObject,
          (True, True): FullJudgeObject}
JUDGE_OBJECTS = frozenset(_KINDS.values())


def make_judge_value(name, fields, value):
    """The candidate's copy of a test's object whose class extends the type of ``value``; with fields it is a named tuple."""
    if fields and len(fields) == len(value):
        return namedtuple(name, fields, rename=True)._make(value)
    return make_with_base(type(name, (type(value),), {}), value)


class JudgeError:
    """Makes the candidate's copy of an exception that a test's own callable raised."""

    @staticmethod
    def make(kind, args):
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            kind = Exception
        return instance_of(kind, args)
