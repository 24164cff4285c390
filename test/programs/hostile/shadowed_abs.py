# expect: failed_assertion
# The only thing that a test checks goes through a shadowed built-in.
def abs(x):
    return 0

def round(x, n=0):
    return 0

def half(x):
    return 7.0
# tests:
assert abs(half(1) - 0.5) < 1e-6
