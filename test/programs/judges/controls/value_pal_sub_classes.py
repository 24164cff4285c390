# judge: {"kind": "returned_value", "expression": "solution()", "expected": "[3, 'x', [1], (1, 2), {'a': 1}]"}
import collections
import enum


class Level(enum.IntEnum):
    HIGH = 3


class Name(str):
    pass


Point = collections.namedtuple("Point", "x y")


def solution():
    return [Level.HIGH, Name("x"), collections.UserList([1]).data, Point(1, 2), collections.Counter("a")]
