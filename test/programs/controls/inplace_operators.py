# Operators that change their left side.
class Bag:
    def __init__(self, *items):
        self.items = list(items)

    def __iadd__(self, other):
        self.items.extend(other.items)
        return self

    def __add__(self, other):
        return Bag(*self.items, *other.items)

    def __eq__(self, other):
        return sorted(self.items) == sorted(other.items)

    __hash__ = None

class Log(list):
    def __iadd__(self, other):
        self.append("added")
        return super().__iadd__(other)

class Flags(set):
    pass
# tests:
bag = other = Bag(1)
bag += Bag(2)
assert bag is other and other.items == [1, 2] and bag == Bag(2, 1)
total = bag + Bag(3)
assert total is not bag and total.items == [1, 2, 3]
flags = same = Flags({1})
flags |= {2}
assert same is flags and same == {1, 2} and isinstance(flags, Flags)
log = Log([1])
log += Log([2])
assert log == [1, "added", 2]
