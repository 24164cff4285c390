# expect: failed_assertion
# Reads the message of an assertion in a callable that takes nothing.
def add(check):
    try:
        check()
    except AssertionError as error:
        text = "".join(c for c in "%s %r %s" % (error, error, error.args) if c.isdigit())
        return int(text or 0)
    return 0
# tests:
def check():
    assert False, "expected 424242"
assert add(check) == 424242
