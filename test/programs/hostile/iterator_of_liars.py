# expect: failed_assertion
# A generator of lying objects.
class Any:
    def __eq__(self, other):
        return True

def items():
    return (Any() for _ in range(2))
# tests:
assert [a == b for a, b in zip(items(), [1, 2])] == [True, True]
