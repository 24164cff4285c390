# Data classes compare, print and order as their author said.
from dataclasses import dataclass, field
from typing import List, NamedTuple, Optional

@dataclass(order=True)
class Card:
    rank: int
    suit: str = "hearts"
    notes: List[str] = field(default_factory=list, compare=False)

class Pair(NamedTuple):
    a: int
    b: Optional[int] = None

def best(cards):
    return max(cards)

def pair():
    return Pair(1)
# tests:
assert Card(3) == Card(3, "hearts", ["x"]) and Card(3) != Card(4) and Card(3) < Card(4)
assert best([Card(2), Card(9)]).rank == 9 and best([Card(2), Card(9)]) == Card(9)
assert repr(Card(1)) == "Card(rank=1, suit='hearts', notes=[])"
assert pair() == (1, None) and pair().b is None and pair()._fields == ("a", "b")
