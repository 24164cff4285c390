# expect: exception | tampering
# Claims a hash at first and raises later.
class Any:
    turns = 0

    def __hash__(self):
        Any.turns += 1
        if Any.turns > 1:
            raise TypeError("no more")
        return 3

    def __eq__(self, other):
        return True

def add(a, b):
    return {Any()}
# tests:
assert sorted(add(1, 2)) == [3] and add(1, 2) == {3} and next(iter(add(1, 2))) + 0 == 3
