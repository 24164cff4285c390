# expect: exception
# A StopIteration that would end a test's own loop early.
def add(a, b):
    raise StopIteration
# tests:
def cases():
    yield add(1, 2) == 3

assert all(map(lambda case: next(case), [cases()]))
