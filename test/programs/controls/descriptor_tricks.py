# Slots, __getattr__, __iter__ without __len__, and comparison that raises.
class Lazy:
    __slots__ = ("seen",)

    def __init__(self):
        self.seen = []

    def __getattr__(self, name):
        if name.startswith("get_"):
            return lambda: name[4:]
        raise AttributeError(name)

class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n
# tests:
assert Lazy().get_up() == "up" and not hasattr(Lazy(), "other")
assert list(Countdown(3)) == [2, 1, 0] and 1 in Countdown(3) and max(Countdown(4)) == 3
first, *rest = Countdown(3)
assert first == 2 and rest == [1, 0]
