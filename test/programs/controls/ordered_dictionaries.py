# The order that an OrderedDict has by itself, as in a cache of the least recently used.
from collections import OrderedDict

class Cache:
    def __init__(self, size):
        self.size = size
        self.data = OrderedDict()

    def get(self, key):
        if key not in self.data:
            return -1
        self.data.move_to_end(key)
        return self.data[key]

    def put(self, key, value):
        self.data[key] = value
        self.data.move_to_end(key)
        if len(self.data) > self.size:
            self.data.popitem(last=False)

def reorder(ordered):
    ordered.move_to_end("a")
    ordered.move_to_end("c", last=False)
    return ordered

def made():
    found = OrderedDict(a=1, b=2)
    found.move_to_end("a")
    return found
# tests:
from collections import OrderedDict
cache = Cache(2)
cache.put(1, 1)
cache.put(2, 2)
assert cache.get(1) == 1 and list(cache.data) == [2, 1]
cache.put(3, 3)
assert cache.get(2) == -1 and list(cache.data.items()) == [(1, 1), (3, 3)]
given = OrderedDict(a=1, b=2, c=3)
assert reorder(given) is given and list(given) == ["c", "b", "a"] and given == OrderedDict(c=3, b=2, a=1)
assert made() == OrderedDict([("b", 2), ("a", 1)]) and made() != OrderedDict([("a", 1), ("b", 2)]) and made() == {"a": 1, "b": 2}
given.move_to_end("b")
assert list(reorder(given)) == ["c", "b", "a"]
