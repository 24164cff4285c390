# Abstract classes and interfaces, with their registered and structural sub-classes.
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from typing import Protocol, runtime_checkable

class Shape(ABC):
    @abstractmethod
    def area(self):
        ...

    def twice(self):
        return 2 * self.area()

class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side ** 2

class Outside:
    pass

Shape.register(Outside)

class Squares(Sequence):
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, place):
        if not 0 <= place < self.n:
            raise IndexError(place)
        return place * place

class Lower(Mapping):
    def __init__(self, data):
        self.data = {key.lower(): value for key, value in data.items()}

    def __getitem__(self, key):
        return self.data[key.lower()]

    def __iter__(self):
        return iter(self.data)

    def __len__(self):
        return len(self.data)

@runtime_checkable
class Quacks(Protocol):
    def quack(self):
        ...

class Duck:
    def quack(self):
        return "quack"
# tests:
import abc
import collections.abc

try:
    Shape()
    assert False
except TypeError:
    pass
assert Square(3).area() == 9 and Square(3).twice() == 18 and isinstance(Square(1), Shape) and issubclass(Square, Shape)
assert isinstance(Outside(), Shape) and issubclass(Outside, Shape) and not isinstance(3, Shape)
assert issubclass(Shape, abc.ABC) and isinstance(Square(1), abc.ABC)
s = Squares(4)
assert len(s) == 4 and s[2] == 4 and list(s) == [0, 1, 4, 9] and 9 in s and s.index(4) == 2 and list(reversed(s)) == [9, 4, 1, 0]
assert isinstance(s, collections.abc.Sequence) and isinstance(s, Sequence) and not isinstance(s, Mapping)
d = Lower({"A": 1})
assert d["a"] == 1 and d["A"] == 1 and dict(d) == {"a": 1} and d.get("x", 5) == 5 and list(d.items()) == [("a", 1)] and {**d} == {"a": 1}
assert isinstance(d, Mapping) and isinstance(d, collections.abc.Iterable)
assert isinstance(Duck(), Quacks) and not isinstance(Square(1), Quacks)
