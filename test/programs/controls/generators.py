# Generators are walked lazily and remember where they are.
def naturals():
    n = 0
    while True:
        n += 1
        yield n

def echo():
    received = yield "ready"
    while True:
        received = yield received

def squares(n):
    return (x * x for x in range(n))

def returns():
    yield 1
    return "end"
# tests:
import itertools
assert list(itertools.islice(naturals(), 3)) == [1, 2, 3]
g = naturals()
assert next(g) == 1 and next(g) == 2
e = echo()
assert next(e) == "ready" and e.send(5) == 5
e.close()
assert list(squares(4)) == [0, 1, 4, 9] and sum(squares(3)) == 5
assert list(map(str, squares(2))) == ["0", "1"] and dict(zip("ab", naturals())) == {"a": 1, "b": 2}
r = returns()
next(r)
try:
    next(r)
except StopIteration as stop:
    assert stop.value == "end"
else:
    assert False
