# Generic classes, typed dictionaries, new types, aliases and overloads.
from __future__ import annotations

from typing import Any, Callable, Dict, Generic, Iterator, List, NewType, Optional, Tuple, TypedDict, TypeVar, Union, overload

T = TypeVar("T")
UserId = NewType("UserId", int)
Grid = List[List[int]]

class Movie(TypedDict, total=False):
    title: str
    year: int

class Stack(Generic[T]):
    def __init__(self) -> None:
        self._items: List[T] = []

    def push(self, item: T) -> Stack[T]:
        self._items.append(item)
        return self

    def pop(self) -> Optional[T]:
        return self._items.pop() if self._items else None

    def __len__(self) -> int:
        return len(self._items)

def transpose(grid: Grid) -> Grid:
    return [list(row) for row in zip(*grid)]

def user(number: int) -> UserId:
    return UserId(number)

def movie() -> Movie:
    return Movie(title="Brazil", year=1985)

def apply(function: Callable[[T], T], values: Dict[str, T]) -> Dict[str, T]:
    return {key: function(value) for key, value in values.items()}
# tests:
def check(candidate: Callable[[Grid], Grid], grid: List[List[int]]) -> Optional[bool]:
    assert candidate(grid) == [[1, 3], [2, 4]]
    return True

assert check(transpose, [[1, 2], [3, 4]])
assert Stack[int]().push(1).push(2).pop() == 2 and len(Stack().push("a")) == 1 and Stack().pop() is None
assert user(5) == 5 and isinstance(user(5), int) and movie() == {"title": "Brazil", "year": 1985}
assert apply(lambda x: x + 1, {"a": 1}) == {"a": 2}
