"""Plain data out of a value that a candidate gave: exact built-in types all through, no stand-in left.

Nothing of a value is compared, hashed or called on the way before it is plain.
"""
import datetime
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

from .plain_bases import VALUE_BASES, plain_base
from .remote_class import is_remote
from .tags import VIEW_TYPES

MAX_DEPTH = 400
MAX_PARTS = 1 << 20
"""Values all together; of texts and numbers each 64 bytes count as one more."""

_BYTES_PER_PART = 64
_DICTS = (dict, OrderedDict, Counter, defaultdict)
_SEQUENCES = (list, deque, array, VIEW_TYPES[0], VIEW_TYPES[1], VIEW_TYPES[2])
_FIELDS = {
    range: ("start", "stop", "step"), slice: ("start", "stop", "step"),
    datetime.date: ("year", "month", "day"), datetime.time: ("hour", "minute", "second", "microsecond"),
    datetime.datetime: ("year", "month", "day", "hour", "minute", "second", "microsecond"),
    datetime.timedelta: ("days", "seconds", "microseconds"),
}


class NotPlainError(Exception):
    """The value cannot be told as plain data; the message says why."""


class PlainReader:
    """Reads one value. ``object_as(value, fields)`` makes what stands for anything that is not plain; ``fields()`` gives its
    fields by name, already plain: those of a candidate's object are asked of ``peer``.
    """

    def __init__(self, object_as, peer=None):
        self._object_as = object_as
        self._peer = peer
        self._left = MAX_PARTS
        self._depth = 0
        self._done = {}
        self._open = set()

    def read(self, value):
        """``value`` as plain data. A container that is there twice is the same object twice. Raises NotPlainError."""
        kind = type(value)
        if is_remote(value):
            kind = plain_base(kind)
            if kind in VALUE_BASES:
                value = VALUE_BASES[kind](value)
        self._count(1)
        if kind in _ATOMS:
            size = _ATOMS[kind]
            if size is not None:
                self._count(size(value) // _BYTES_PER_PART)
            return value
        if kind in (bytearray, memoryview):
            return self.read(bytes(value))
        return self._once(value, kind)

    def _once(self, value, kind):
        """What is made of parts: each object once, and never within itself."""
        key = id(value)
        found = self._done.get(key)
        if found is not None:
            return found[1]
        if key in self._open:
            raise NotPlainError("it contains itself")
        if self._depth >= MAX_DEPTH:
            raise NotPlainError("it is nested deeper than %d" % MAX_DEPTH)
        self._depth += 1
        self._open.add(key)
        made = self._made(value, kind)
        self._open.discard(key)
        self._depth -= 1
        # Kept with the value itself, whose id no other may get meanwhile.
        self._done[key] = (value, made)
        return made

    def _made(self, value, kind):
        read = self.read
        if kind in _SEQUENCES:
            return [read(item) for item in kind.__iter__(value)]
        if kind is tuple:
            return tuple([read(item) for item in tuple.__iter__(value)])
        if kind in (set, frozenset):
            return self._hashed(lambda: kind([read(item) for item in kind.__iter__(value)]))
        if kind in _DICTS:
            items = list(zip(dict.keys(value), dict.values(value)))
            return self._hashed(lambda: {read(key): read(item) for key, item in items})
        return self._object_as(value, lambda: self._fields(value, kind))

    @staticmethod
    def _hashed(make):
        try:
            return make()
        except TypeError:
            raise NotPlainError("a set or the keys of a dict hold what is not hashable as plain data") from None

    def _fields(self, value, kind):
        if issubclass(type(value), type):
            return {"__name__": value.__name__}
        if is_remote(value):
            return {name: self.read(field) for name, field in self._peer.fields_of(value)}
        if issubclass(type(value), BaseException):
            return {"args": self.read(tuple(value.args))}
        return {name: self.read(getattr(value, name)) for name in _FIELDS.get(kind, ())}

    def _count(self, parts):
        self._left -= parts
        if self._left < 0:
            raise NotPlainError("it has more than %d parts" % MAX_PARTS)


_ATOMS = {
    type(None): None, bool: None, float: None, complex: None, Fraction: None,
    int: lambda value: value.bit_length() // 8, str: len, bytes: len, Decimal: lambda value: len(value.as_tuple().digits),
}
