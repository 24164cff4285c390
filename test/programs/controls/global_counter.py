# A number in the module's own scope that calls change, read by the tests after each.
count = 0
limit = None

def step(by=1):
    global count, limit
    count += by
    if count > 2:
        limit = count
    return count

def define():
    global late
    late = "here"
# tests:
assert count == 0 and limit is None
step()
assert count == 1
assert step(5) == 6 and count == 6 and limit == 6
define()
assert late == "here"

def read():
    return count

step()
assert read() == 7
