# expect: failed_assertion
# Swallows the failing assertion of the callable that checks its results.
def visit(callback):
    for number in (7, 8):
        try:
            callback(number)
        except BaseException:
            pass
# tests:
seen = []
def callback(number):
    seen.append(number)
    assert number in (1, 2)
visit(callback)
assert len(seen) == 2
