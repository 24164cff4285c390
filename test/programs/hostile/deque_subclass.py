# expect: failed_assertion
# A deque whose walk and comparison lie.
from collections import deque

class Liar(deque):
    def __eq__(self, other):
        return True

    def __getitem__(self, place):
        return 1

    def __len__(self):
        return 2

def items():
    return Liar()
# tests:
from collections import deque
assert items() == deque([1, 2])
