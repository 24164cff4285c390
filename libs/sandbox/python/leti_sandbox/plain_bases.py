"""Built-in types that user classes extend, and how to take the base value without running a method of the sub-class."""
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal

from .names import name_of

VALUE_BASES = {
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    str: str.__str__,
    bytes: lambda value: bytes.__add__(value, b""),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    Decimal: Decimal,
}
"""Immutable bases: their value is copied."""

CONTAINER_BASES = (Counter, OrderedDict, defaultdict, deque, list, dict, set, bytearray)
"""Mutable bases, the most special first: their items are shared."""

ALL_BASES = (*VALUE_BASES, *CONTAINER_BASES)


def plain_base(kind):
    """The built-in type that instances of class ``kind`` are laid out as, or None."""
    for base in kind.__mro__:
        if base in ALL_BASES:
            return base
    return None


def is_shared_base(kind):
    """Whether a class may extend ``kind`` on both sides: what it has from there, a stand-in has by itself.

    Of any other class, one of the standard library say, the judge has no instance to stand in for the candidate's.
    """
    return kind is object or kind in ALL_BASES or (issubclass(kind, BaseException) and name_of(kind) is not None)
