# expect: exception
# Has the test's own callable raise StopIteration and lets it out, into the test's map.
def same(callback, x):
    callback(iter(()))
    return 0
# tests:
assert all(map(lambda x: same(lambda items: next(items), x) == x, [1, 2, 3]))
