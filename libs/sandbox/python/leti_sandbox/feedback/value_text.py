"""Values of tests and results as text of bounded length: the same on every version, in no hash order, without running their code."""
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from ..plain_bases import VALUE_BASES, plain_base
from ..remote import RemoteClass, is_remote
from .tokens import MARK

_DEPTH = 6
_ITEMS = 24
_SET_ITEMS = 1 << 12
_VALUES = 5_000
"""Values looked at in all: what refers to itself many times over is small and shows large."""
_CHARACTERS = 240
_BITS = 2048
_EXACT = (datetime, date, time, timedelta, Decimal, complex)
_VIEWS = {type({}.keys()): "dict_keys", type({}.values()): "dict_values", type({}.items()): "dict_items"}


def value_text(value):
    """``value`` much as ``repr`` would show it, long ones with a mark for what is left out."""
    return _clip(_Shown().text(value, _DEPTH), 4 * _CHARACTERS)


class _Shown:
    """One value's text in the making."""

    def __init__(self):
        self._left = _VALUES

    def text(self, value, depth):
        self._left -= 1
        kind = type(value)
        if kind is str or kind is bytes:
            return repr(value) if len(value) <= _CHARACTERS else _ends(value)
        if kind is int:
            return str(value) if value.bit_length() <= _BITS else "<int of %d bits>" % value.bit_length()
        if value is None or kind is bool or kind is float or value is ... or value is NotImplemented:
            return repr(value)
        if kind in _EXACT:
            return _clip(repr(value), _CHARACTERS)
        if type(kind) is RemoteClass:
            return self._stand_in(value, kind, depth)
        if isinstance(value, type):
            return "<class '%s'>" % value.__name__[:_CHARACTERS]
        if depth == 0 or self._left <= 0:
            return MARK
        return self._composed(value, kind, depth)

    def _composed(self, value, kind, depth):
        if kind is list:
            return "[%s]" % self._items(list.__iter__(value), len(value), depth)
        if kind is tuple:
            return "(%s%s)" % (self._items(tuple.__iter__(value), len(value), depth), "," * (len(value) == 1))
        if kind in (set, frozenset):
            text = "{%s}" % self._sorted_items(kind.__iter__(value), len(value), depth) if len(value) else ""
            return (text or "set()") if kind is set else "frozenset(%s)" % text
        if kind is dict:
            return "{%s}" % self._pairs(value, depth)
        if kind is bytearray:
            return "bytearray(%s)" % self.text(bytes(value[: _CHARACTERS + 1]), depth)
        if kind is deque:
            return "deque([%s])" % self._items(deque.__iter__(value), len(value), depth)
        if kind in (Counter, OrderedDict, defaultdict):
            return "%s({%s})" % (kind.__name__, self._pairs(value, depth))
        if kind in _VIEWS:
            return "%s([%s])" % (_VIEWS[kind], self._items(iter(value), len(value), depth))
        if kind in (range, slice):
            parts = (value.start, value.stop, value.step)
            return "%s(%s)" % (kind.__name__, self._items(iter(parts[:2] if kind is range and value.step == 1 else parts), 0, depth))
        if kind is Fraction:
            return "Fraction(%s)" % self._items(iter((value.numerator, value.denominator)), 0, depth)
        if isinstance(value, BaseException):
            return "%s(%s)" % (kind.__name__, self._items(iter(value.args), len(value.args), depth))
        return "<%s>" % kind.__name__[:_CHARACTERS]

    def _stand_in(self, value, kind, depth):
        """An object of the solution: its class's name, with the plain value that it extends, if it does."""
        name = kind.__name__[:_CHARACTERS]
        base = plain_base(kind)
        if base is None or depth == 0 or not is_remote(value):
            return "<%s object>" % name
        if base in VALUE_BASES:
            plain = VALUE_BASES[base](value)
        elif base in (Counter, OrderedDict, defaultdict, dict):
            plain = dict(zip(dict.keys(value), dict.values(value)))
        else:
            plain = (list if base is deque else base)(base.__iter__(value))
        return "%s(%s)" % (name, self.text(plain, depth - 1))

    def _items(self, iterator, count, depth):
        shown = [self.text(item, depth - 1) for item, _ in zip(iterator, range(_ITEMS))]
        return ", ".join(shown + [MARK] * (count > _ITEMS))

    def _sorted_items(self, iterator, count, depth):
        # All of them, for which come first must not be up to their hashes.
        if count > _SET_ITEMS:
            return MARK
        shown = sorted(self.text(item, depth - 1) for item in iterator)
        if self._left <= 0:
            return MARK
        return ", ".join(shown[:_ITEMS] + [MARK] * (count > _ITEMS))

    def _pairs(self, value, depth):
        shown = ["%s: %s" % (self.text(key, depth - 1), self.text(item, depth - 1))
                 for key, item, _ in zip(dict.keys(value), dict.values(value), range(_ITEMS))]
        return ", ".join(shown + [MARK] * (len(value) > _ITEMS))


def _ends(value):
    return repr(value[: _CHARACTERS // 2]) + MARK + repr(value[-_CHARACTERS // 2 :])


def _clip(text, length):
    return text if len(text) <= length else text[: length // 2] + MARK + text[-length // 2 :]
