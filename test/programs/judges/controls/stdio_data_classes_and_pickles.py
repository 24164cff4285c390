# judge: {"kind": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}, {"stdin": "30 40\n", "stdout": "70\n"}]}
from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass


@dataclass
class Pair:
    a: int
    b: int


pair = pickle.loads(pickle.dumps(copy.deepcopy(Pair(*map(int, input().split())))))
assert __name__ == "__main__" and Pair.__module__ == "__main__"
print(pair.a + pair.b)
