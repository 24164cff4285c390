"""What a candidate holds of an object that a test passed in: it can be called or iterated, as far as the object allows."""
from .exceptions import instance_of


class JudgeObject:
    """An opaque object of the tests. Its slots live outside the instance, so that attribute access finds nothing."""

    __slots__ = ("__weakref__",)

    @staticmethod
    def make(peer, number, can_call, can_iterate):
        made = _KINDS[can_call, can_iterate]()
        _TARGETS[id(made)] = (peer, number, made)
        return made

    @staticmethod
    def number(value):
        return _TARGETS[id(value)][1]


_TARGETS = {}


def _call(self, *args, **kwargs):
    peer, number, _ = _TARGETS[id(self)]
    return peer.ask("call", number, args, kwargs)


def _iter(self):
    peer, number, _ = _TARGETS[id(self)]
    return peer.ask("iter", number)


def _next(self):
    peer, number, _ = _TARGETS[id(self)]
    return peer.ask("next", number)


class CallableJudgeObject(JudgeObject):
    __slots__ = ()
    __call__ = _call


class IterableJudgeObject(JudgeObject):
    __slots__ = ()
    __iter__ = _iter
    __next__ = _next


class FullJudgeObject(JudgeObject):
    __slots__ = ()
    __call__ = _call
    __iter__ = _iter
    __next__ = _next


_KINDS = {(False, False): JudgeObject, (True, False): CallableJudgeObject, (False, True): IterableJudgeObject,
          (True, True): FullJudgeObject}
JUDGE_OBJECTS = frozenset(_KINDS.values())


class JudgeError:
    """Makes the candidate's copy of an exception that a test's own callable raised."""

    @staticmethod
    def make(kind, args):
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            kind = Exception
        return instance_of(kind, args)
