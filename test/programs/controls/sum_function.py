# A function called like a built-in, where nothing else is tested.
def sum(a, b):
    return a + b
# tests:
assert sum(1, 2) == 3
assert sum(4, 5) == 9
