# Iterators that remember, iterables that start again, and library iterators over them.
import itertools

class Once:
    def __init__(self, items):
        self.items = list(items)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.items:
            raise StopIteration
        return self.items.pop(0)

class Again:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))

    def __reversed__(self):
        return iter(range(self.n - 1, -1, -1))

    def __contains__(self, item):
        return 0 <= item < self.n

def window(items, n):
    iterators = itertools.tee(items, n)
    for skip, iterator in enumerate(iterators):
        next(itertools.islice(iterator, skip, skip), None)
    return zip(*iterators)

def grouped(text):
    return itertools.groupby(text)

def endless():
    return itertools.cycle("ab")

def tree(node):
    yield node[0]
    for child in node[1:]:
        yield from tree(child)
# tests:
import itertools
once = Once("abc")
assert next(once) == "a" and list(once) == ["b", "c"] and list(once) == [] and next(once, "end") == "end"
again = Again(3)
assert list(again) == list(again) == [0, 1, 2] and list(reversed(again)) == [2, 1, 0] and 2 in again and 5 not in again
assert list(window([1, 2, 3, 4], 2)) == [(1, 2), (2, 3), (3, 4)]
assert [(key, len(list(group))) for key, group in grouped("aab")] == [("a", 2), ("b", 1)]
assert list(itertools.islice(endless(), 3)) == ["a", "b", "a"]
assert list(tree((1, (2, (3,)), (4,)))) == [1, 2, 3, 4] and sorted(tree((2, (1,)))) == [1, 2]
assert dict(zip(Once("ab"), Again(2))) == {"a": 0, "b": 1} and sum(Again(4)) == 6 and max(Once([3, 9, 1])) == 9
