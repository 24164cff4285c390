# expect: exception | failed_assertion
# A sequence whose length is whatever suits the comparison.
class Any:
    def __init__(self):
        self.looks = 0

    def __len__(self):
        self.looks += 1
        return self.looks

    def __getitem__(self, place):
        raise IndexError

def items():
    return Any()
# tests:
found = items()
assert len(found) == 2 and list(found) == [1, 2]
