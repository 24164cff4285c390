# The tests copy objects and take apart data classes.
import copy
from dataclasses import asdict, astuple, dataclass, field, replace

class Board:
    def __init__(self, rows):
        self.rows = rows

@dataclass(frozen=True)
class Item:
    name: str
    price: float = 1.0
    tags: tuple = ()

@dataclass
class Order:
    items: list = field(default_factory=list)
    total: float = field(init=False, default=0.0)

    def __post_init__(self):
        self.total = sum(item.price for item in self.items)
# tests:
import copy
import dataclasses
board = Board([[1], [2]])
shallow, deep = copy.copy(board), copy.deepcopy(board)
board.rows[0].append(9)
assert shallow.rows == [[1, 9], [2]] and deep.rows == [[1], [2]] and type(deep) is Board and deep is not board
boards = copy.deepcopy([board, board])
assert boards[0].rows == [[1, 9], [2]] and boards[0] is not board
assert asdict(Item("a")) == {"name": "a", "price": 1.0, "tags": ()} and dataclasses.asdict(Item("b")) == {"name": "b", "price": 1.0, "tags": ()}
assert astuple(Item("a", 2.0)) == ("a", 2.0, ()) and dataclasses.is_dataclass(Item) and replace(Item("a"), price=3.0).price == 3.0
assert [f.name for f in dataclasses.fields(Item)] == ["name", "price", "tags"] and dataclasses.replace(Item("a"), name="z").name == "z"
assert Order([Item("a", 2.0), Item("b", 3.0)]).total == 5.0 and Order().items == [] and dataclasses.asdict(Order([Item("a")]))["items"][0]["name"] == "a"
try:
    Item("a").name = "b"
    assert False
except dataclasses.FrozenInstanceError:
    pass
assert {Item("a"): 1}[Item("a")] == 1 and Item("a") == Item("a") and Item("a") != ("a", 1.0, ())
