"""Containers that both processes hold: one identity, contents handed over whenever control passes.

Only one process runs the program at a time, so sending what changed with every message gives in-place changes, nesting and
aliases their ordinary meaning. A container that one side no longer reaches is forgotten by both.
"""
import sys
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from operator import is_


def _snapshot_dict(value):
    return (*dict.keys(value), *dict.values(value))


def _snapshot_ordered(value):
    # The order is its own, and not that of the dict beneath.
    return (*OrderedDict.keys(value), *OrderedDict.values(value))


SNAPSHOTS = {
    list: lambda value: tuple(list.__iter__(value)),
    dict: _snapshot_dict,
    set: lambda value: tuple(set.__iter__(value)),
    bytearray: bytes,
    deque: lambda value: tuple(deque.__iter__(value)),
    OrderedDict: _snapshot_ordered,
    Counter: _snapshot_dict,
    defaultdict: _snapshot_dict,
    array: array.tobytes,
}
"""What tells whether a container changed: its items, compared by identity and never by their own ``==``."""


def _same(old, new):
    if type(old) is bytes:
        return old == new
    return len(old) == len(new) and all(map(is_, old, new))


class Entry:
    """One shared container: the object, its kind, and its items when the two sides last agreed."""

    __slots__ = ("value", "kind", "snapshot", "pinned")

    def __init__(self, value, kind, pinned):
        self.value = value
        self.kind = kind
        self.snapshot = None
        self.pinned = pinned


class SharedTable:
    """Shared containers of one channel by number; the judge gives out even numbers, the candidate odd ones."""

    __slots__ = ("entries", "numbers", "added", "_next", "_untold", "_own_parity")

    def __init__(self, first):
        self.added = []
        self._untold = []
        self._own_parity = first % 2
        self.entries = {}
        self.numbers = {}
        self._next = first

    def add(self, value, kind, pinned=False, number=None):
        """Registers ``value`` under a new number, or under the other side's; ``pinned`` is never forgotten."""
        if number is None:
            number = self._next
            self._next += 2
        self.entries[number] = Entry(value, kind, pinned)
        self.numbers[id(value)] = number
        self.added.append(number)
        return number

    def is_foreign(self, number):
        """Whether ``number`` is one that the other side may give out."""
        return number % 2 != self._own_parity

    def settle(self, number):
        """Notes that both sides now agree on the contents."""
        entry = self.entries[number]
        entry.snapshot = SNAPSHOTS[entry.kind](entry.value)

    def changed(self):
        """Numbers of the containers whose items differ from the snapshot."""
        found = []
        for number, entry in self.entries.items():
            if self._has_changed(entry):
                found.append(number)
        return found

    @staticmethod
    def _has_changed(entry):
        return entry.snapshot is None or not _same(entry.snapshot, SNAPSHOTS[entry.kind](entry.value))

    def unreachable(self):
        """Forgets, parents first, what nothing but this table refers to and the other side knows as it is; returns their numbers."""
        found, self._untold = self._untold, []
        for number in list(self.entries):
            entry = self.entries[number]
            if entry.pinned or sys.getrefcount(entry.value) > _UNREACHABLE or self._has_changed(entry):
                continue
            self.forget(number)
            found.append(number)
        return found

    def restore(self, forgotten, changed):
        """Undoes what a message did that was never sent: new numbers go, changes and losses are told again."""
        for number in self.added:
            if number in self.entries:
                self.forget(number)
        self.added.clear()
        self._untold.extend(forgotten)
        for number in changed:
            if number in self.entries:
                self.entries[number].snapshot = None

    def forget(self, number):
        entry = self.entries.pop(number)
        del self.numbers[id(entry.value)]


def _measure():
    """The reference count of an otherwise unreachable container on this interpreter."""
    probe = SharedTable(0)
    probe.add([], list)
    return sys.getrefcount(probe.entries[0].value)


_UNREACHABLE = _measure()
