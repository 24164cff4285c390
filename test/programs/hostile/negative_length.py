# expect: exception
# A length below zero, one beyond every size, and one that is no number.
class Any:
    def __len__(self):
        return -1

class Huge:
    def __len__(self):
        return 1 << 80

def items():
    return Any(), Huge()
# tests:
one, two = items()
try:
    len(two)
except OverflowError:
    pass
assert len(one) >= -1
