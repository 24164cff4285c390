# Draws with a seed of its own, shuffles in place, samples and choices.
import random

def roll(seed, n):
    source = random.Random(seed)
    return [source.randint(1, 6) for _ in range(n)]

def shuffled(items, seed):
    random.Random(seed).shuffle(items)
    return items

class Dice:
    def __init__(self, seed):
        self.source = random.Random(seed)

    def roll(self):
        return self.source.randint(1, 6)
# tests:
assert roll(1, 5) == roll(1, 5) and len(roll(2, 100)) == 100 and set(roll(3, 200)) == {1, 2, 3, 4, 5, 6}
items = list(range(20))
assert shuffled(items, 4) is items and sorted(items) == list(range(20)) and items != list(range(20))
one, two = Dice(5), Dice(5)
assert [one.roll() for _ in range(10)] == [two.roll() for _ in range(10)]
