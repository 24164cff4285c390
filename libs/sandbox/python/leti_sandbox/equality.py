"""Equality of plain data under a tolerance: that of the language, but booleans are no numbers and nan equals nothing."""
import math
from decimal import Decimal
from fractions import Fraction

from .number_text import number_from_text

_REAL = (int, float, Decimal, Fraction)
_MAX_EXPONENT = 5_000


class Tolerance:
    """When two numbers are equal: they differ by at most the greater of ``absolute`` and ``relative`` times the expected magnitude."""

    __slots__ = ("absolute", "relative")

    def __init__(self, absolute=0, relative=0):
        self.absolute = Fraction(absolute)
        self.relative = Fraction(relative)

    @property
    def exact(self):
        """Whether only equal numbers are equal."""
        return not self.absolute and not self.relative

    def allows(self, expected, got):
        """Whether two numbers, of which neither is a bool, are equal; exact for numbers of any size."""
        if type(got) is Decimal and got.is_nan():
            return False
        if type(expected) is complex or type(got) is complex:
            return expected == got or (not self.exact and self._allows_complex(expected, got))
        if expected == got:
            return True
        if self.exact or not _is_tame(expected) or not _is_tame(got):
            return False
        expected, got = Fraction(expected), Fraction(got)
        return abs(expected - got) <= max(self.absolute, self.relative * abs(expected))

    def _allows_complex(self, expected, got):
        try:
            expected = complex(expected)
            distance, size = abs(complex(got) - expected), abs(expected)
        except OverflowError:
            return False
        return math.isfinite(distance) and distance <= max(self.absolute, self.relative * Fraction(size))


def _is_tame(value):
    """Whether ``value`` is finite and, written out, of a size worth writing out."""
    if type(value) is Decimal:
        return value.is_finite() and abs(value.adjusted()) <= _MAX_EXPONENT
    return type(value) is not float or math.isfinite(value)


class Equality:
    """Compares plain data with an expected Python literal."""

    def __init__(self, tolerance, numbers_from_text):
        self._tolerance = tolerance
        self._numbers_from_text = numbers_from_text

    def holds(self, expected, got):
        """Whether ``got`` counts as ``expected``. Numbers within lists, tuples and dict values have the tolerance, too."""
        kind = type(expected)
        if kind in (int, float, complex):
            if self._numbers_from_text and type(got) is str:
                got = number_from_text(got)
            return (type(got) in _REAL or type(got) is complex) and self._tolerance.allows(expected, got)
        if kind in (set, frozenset):
            return type(got) in (set, frozenset) and _keyed(expected) == _keyed(got)
        if kind is not type(got):
            return False
        if kind in (list, tuple):
            return len(expected) == len(got) and all(map(self.holds, expected, got))
        if kind is dict:
            return self._dicts(expected, got)
        return expected == got

    def _dicts(self, expected, got):
        if len(expected) != len(got):
            return False
        values = {_key(key): value for key, value in got.items()}
        return all(_key(key) in values and self.holds(value, values[_key(key)]) for key, value in expected.items())


def _keyed(items):
    return {_key(item) for item in items}


def _key(value):
    """A hashable that is equal for plain values that are, with booleans apart from numbers."""
    if type(value) is tuple:
        return (tuple, *map(_key, value))
    if type(value) is frozenset:
        return (frozenset, frozenset(map(_key, value)))
    return (bool if type(value) is bool else None, value)
