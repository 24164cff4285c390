# expect: failed_assertion
# A data class with an own comparison against plain values.
from dataclasses import dataclass

@dataclass(eq=False)
class Any:
    value: int = 0

    def __eq__(self, other):
        self.value = other
        return True

def add(a, b):
    return Any()
