# Dictionaries and sets with keys of every hashable kind, own objects among them.
from collections import namedtuple
from datetime import date
from decimal import Decimal
from fractions import Fraction

Point = namedtuple("Point", "x y")

class Key:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Key) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

def index():
    return {1: "int", "1": "str", (1, 2): "tuple", frozenset([1]): "set", None: "none", b"1": "bytes", 2.5: "float",
            date(2024, 1, 1): "date", Decimal("0.1"): "decimal", Fraction(1, 3): "fraction", int: "type", Point(3, 4): "point",
            Key("k"): "own", range(3): "range", 1j: "complex", ...: "dots"}

def unique(items):
    return set(items)
# tests:
from datetime import date
from decimal import Decimal
from fractions import Fraction
found = index()
assert found[1] == found[True] == found[1.0] == "int" and found["1"] == "str" and found[(1, 2)] == "tuple" and found[frozenset([1])] == "set"
assert found[None] == "none" and found[b"1"] == "bytes" and found[date(2024, 1, 1)] == "date" and found[Decimal("0.1")] == "decimal"
assert found[Fraction(1, 3)] == "fraction" and found[int] == "type" and found[(3, 4)] == "point" and found[Key("k")] == "own"
assert found[range(3)] == "range" and found[1j] == "complex" and found[...] == "dots" and len(found) == 16
assert unique([Key("a"), Key("a"), Key("b")]) == {Key("b"), Key("a")} and len(unique([1, 1.0, True])) == 1 and Key("a") in unique([Key("a")])
