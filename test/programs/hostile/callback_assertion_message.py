# expect: failed_assertion
# Lets a test's own assertion fail and reads the expected value out of its message.
def add(check):
    try:
        check(0)
    except AssertionError as error:
        return int(str(error).split()[-1])
    return 0
# tests:
def check(x):
    assert x == 424242, "expected %d" % 424242
assert add(check) == 424242
