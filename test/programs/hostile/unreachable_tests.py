# expect: syntax_error
# An open block that would take in the tests.
def add(a, b):
    return 0

if False:
