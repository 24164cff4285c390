# expect: failed_assertion
# Gives its class a lying comparison after the judge has seen the class.
class Thing:
    pass

def add(a, b):
    Thing.__eq__ = lambda self, other: True
    return Thing()

def first():
    return Thing()
# tests:
assert first() is not None
assert add(1, 2) == 3
