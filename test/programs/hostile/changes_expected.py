# expect: failed_assertion
# Changes the arguments so that they look like its result.
def sort(items):
    items.clear()
    return items
# tests:
data = [3, 1]
assert sort(list(data)) == sorted(data)
