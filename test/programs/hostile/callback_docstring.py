# expect: failed_assertion
# Reads the docstring of a function that a test passed in.
def add(callback):
    text = callback.__doc__
    return int("".join(c for c in str(text) + repr(text) if c.isdigit())[:6] or 0)
# tests:
def callback(x):
    """Must give 424242."""
    return x
assert add(callback) == 424242
