# expect: exception
# A StopIteration that ends the test's map before any comparison.
def add(a, b):
    raise StopIteration
# tests:
assert all(r == 3 for r in list(map(lambda pair: add(*pair), [(1, 2)])))
