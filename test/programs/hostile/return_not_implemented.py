# expect: failed_assertion
# The value that comparisons give up with.
def add(a, b):
    return NotImplemented
