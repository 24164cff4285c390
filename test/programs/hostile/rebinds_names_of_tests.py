# expect: failed_assertion
# Binds the names that the tests themselves bind, after it was started.
def add(a, b):
    global expected, check
    expected = 0
    check = lambda *args: True
    return 0
# tests:
expected = 3
def check(got):
    return got == expected
assert add(1, 2) == expected or check(add(1, 2))
