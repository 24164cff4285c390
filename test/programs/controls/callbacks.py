# Functions and iterators of the tests are called and walked by the program.
def apply(function, items):
    return [function(item) for item in items]

def total(iterable):
    return sum(iterable)

def compose(f, g):
    return lambda x: f(g(x))

def sort_by(items, key):
    return sorted(items, key=key)
# tests:
assert apply(lambda x: x * 2, [1, 2]) == [2, 4]
assert total(x for x in range(4)) == 6 and total(iter([1, 2])) == 3
assert compose(lambda x: x + 1, lambda x: x * 10)(2) == 21
assert sort_by(["bb", "a"], key=len) == ["a", "bb"] and sort_by([1, 2], lambda x: -x) == [2, 1]
seen = []
apply(seen.append, [1, 2])
assert seen == [1, 2]
def fail(x):
    raise LookupError("from the test", x)
try:
    apply(fail, [7])
except LookupError as error:
    assert error.args == ("from the test", 7)
