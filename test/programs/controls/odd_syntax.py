# Decorated lambdas, nested comprehensions, starred assignments, walrus, chained comparisons, else on loops, one-line classes.
class A: x = 1; y = x + 1

f = (lambda g: lambda *a, **k: g(*a, **k))(lambda a, /, b=2, *c, d, **e: (a, b, c, d, e))
matrix = [[(i, j) for j in range(i)] for i in range(3)]
first, *middle, last = range(5)
total = (y := 10) + 1

def search(items, wanted):
    for place, item in enumerate(items):
        if item == wanted: break
    else:
        return -1
    return place

def between(a, b, c): return a < b <= c != a

def finally_wins():
    try:
        return "try"
    finally:
        try:
            raise KeyError
        except KeyError:
            pass

def nested():
    def inner():
        nonlocal_value = [0]
        def innermost():
            nonlocal_value[0] += 1
            return nonlocal_value[0]
        return innermost
    return inner()

if True:
    def chosen(): return "yes"
else:
    def chosen(): return "no"

try:
    import tomllib_that_is_not_there as missing
except ImportError:
    missing = None
# tests:
assert A.y == 2 and f(1, d=4, z=5) == (1, 2, (), 4, {"z": 5}) and f(1, 2, 3, d=4) == (1, 2, (3,), 4, {})
assert matrix == [[], [(1, 0)], [(2, 0), (2, 1)]] and middle == [1, 2, 3] and (first, last) == (0, 4) and total == 11
assert search("abc", "c") == 2 and search([], 1) == -1 and between(1, 2, 2) and not between(2, 2, 3)
assert finally_wins() == "try" and [step() for step in [nested()] * 2] == [1, 2] and chosen() == "yes" and missing is None
