# judge: {"kind": "verifier", "expression": "(values, Slots(1, 2), Colour.RED, Slots)", "reference": "{\"n\": 7}"}
import collections
import dataclasses
import datetime
import enum
from decimal import Decimal
from fractions import Fraction


class Slots:
    __slots__ = ("left", "__right")

    def __init__(self, left, right):
        self.left = left
        self.__right = right


@dataclasses.dataclass
class Pair:
    a: int
    b: list


class Colour(enum.Enum):
    RED = "red"


class Name(str):
    pass


values = [
    1, 2.5, 1j, "x", b"y", None, True, (1,), {2}, frozenset([3]), {"k": [4]}, bytearray(b"z"), collections.deque([5]),
    collections.OrderedDict(a=1), Decimal("1.5"), Fraction(1, 3), Name("n"), Pair(1, [2]), ValueError("bad", 1),
    datetime.date(2020, 1, 2), range(1, 5, 2), {"a": 1}.keys(), 1 << 100,
]
# verifier:
from decimal import Decimal
from fractions import Fraction


def verify(value, reference):
    values, slots, colour, cls = value
    wanted = [
        1, 2.5, 1j, "x", b"y", None, True, (1,), {2}, frozenset([3]), {"k": [4]}, b"z", [5], {"a": 1}, Decimal("1.5"),
        Fraction(1, 3), "n", {"class": "Pair", "fields": {"a": 1, "b": [2]}},
        {"class": "ValueError", "fields": {"args": ("bad", 1)}},
        {"class": "date", "fields": {"year": 2020, "month": 1, "day": 2}},
        {"class": "range", "fields": {"start": 1, "stop": 5, "step": 2}}, ["a"], 1 << 100,
    ]
    for got, want in zip(values, wanted):
        if got != want or type(got) is not type(want):
            return f"expected {want!r}, got {got!r}"
    if len(values) != len(wanted) or reference != {"n": 7}:
        return "wrong count"
    if slots != {"class": "Slots", "fields": {"left": 1, "_Slots__right": 2}}:
        return f"got {slots}"
    if colour["class"] != "Colour" or colour["fields"]["_value_"] != "red":
        return f"got {colour}"
    return None if cls == {"class": "type", "fields": {"__name__": "Slots"}} else f"got {cls}"
