"""Built-in types that user classes extend, how to take the base value without running a method of the sub-class, and back."""
import datetime
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

from .names import name_of

_DATE = (datetime.date.year, datetime.date.month, datetime.date.day)
_TIME = [(kind.hour, kind.minute, kind.second, kind.microsecond, kind.tzinfo) for kind in (datetime.datetime, datetime.time)]
_SPAN = (datetime.timedelta.days, datetime.timedelta.seconds, datetime.timedelta.microseconds)


def _parts(value, descriptors):
    return [descriptor.__get__(value) for descriptor in descriptors]


def _plain_datetime(value):
    return datetime.datetime(*_parts(value, _DATE), *_parts(value, _TIME[0]), fold=datetime.datetime.fold.__get__(value))


def _plain_time(value):
    return datetime.time(*_parts(value, _TIME[1]), fold=datetime.time.fold.__get__(value))


VALUE_BASES = {
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    str: str.__str__,
    bytes: lambda value: bytes.__add__(value, b""),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    Decimal: Decimal,
    Fraction: lambda value: Fraction(Fraction.numerator.fget(value), Fraction.denominator.fget(value)),
    datetime.datetime: _plain_datetime,
    datetime.date: lambda value: datetime.date(*_parts(value, _DATE)),
    datetime.time: _plain_time,
    datetime.timedelta: lambda value: datetime.timedelta(*_parts(value, _SPAN)),
}
"""Immutable bases: their value is copied."""

CONTAINER_BASES = (Counter, OrderedDict, defaultdict, deque, list, dict, set, bytearray)
"""Mutable bases, the most special first: their items are shared."""

ALL_BASES = (*VALUE_BASES, *CONTAINER_BASES)
_TIMES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)


def plain_base(kind):
    """The built-in type that instances of class ``kind`` are laid out as, or None."""
    for base in kind.__mro__:
        if base in ALL_BASES:
            return base
    return None


def make_with_base(cls, value):
    """An instance of ``cls``, which extends the type of ``value``, with that base value; no constructor of ``cls`` runs."""
    base = type(value)
    if base in _TIMES:
        return base.__new__(cls, *value.__reduce_ex__(4)[1])
    return base.__new__(cls, value)


def is_shared_base(kind):
    """Whether a class may extend ``kind`` on both sides: what it has from there, a stand-in has by itself.

    Of any other class, one of the standard library say, the judge has no instance to stand in for the candidate's.
    """
    return kind is object or kind in ALL_BASES or (issubclass(kind, BaseException) and name_of(kind) is not None)
