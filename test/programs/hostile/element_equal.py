# expect: failed_assertion
# Lying objects inside a plain list.
class Any:
    def __eq__(self, other):
        return True

def items():
    return [Any(), Any()]
# tests:
assert items() == [1, 2]
