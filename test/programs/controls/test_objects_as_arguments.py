# Objects that the tests made: named tuples, dictionaries and lists of own classes, numbers of own classes, sentinels.
def spread(point):
    x, y = point
    return [point[0], point[-1], x + y, len(point), point == (1, 2), tuple(point)]

def fields(point):
    return point.x * point.y

def same(value):
    return value

def fill(mapping, items):
    mapping["new"] = len(mapping)
    items.append(4)
    return sorted(mapping), sum(items)

def pick(value, missing):
    return "nothing" if value is missing else value + 1
# tests:
from collections import UserDict, namedtuple
Point = namedtuple("Point", "x y")
p = Point(1, 2)
assert spread(p) == [1, 2, 3, 2, True, (1, 2)] and fields(p) == 2 and same(p) is p and same([p])[0] is p

class Tagged(dict):
    tag = "t"

class Items(list):
    pass

class Meters(int):
    pass

mapping, items = Tagged(a=1), Items([1, 2])
assert fill(mapping, items) == (["a", "new"], 7) and mapping == {"a": 1, "new": 1} and items == [1, 2, 4]
assert same(mapping) is mapping and type(same(items)) is Items and mapping.tag == "t"
missing = object()
assert pick(missing, missing) == "nothing" and pick(Meters(4), missing) == 5 and same(Meters(3)) == 3
