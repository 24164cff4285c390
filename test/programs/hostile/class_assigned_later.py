# expect: failed_assertion
# Changes the class of its result after the judge has seen the object.
class Honest:
    pass

class Any:
    def __eq__(self, other):
        return True

kept = Honest()

def add(a, b):
    kept.__class__ = Any
    return kept
# tests:
add(1, 2)
assert add(1, 2) == 3
