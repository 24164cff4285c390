# expect: failed_assertion
# Reads the defaults of a function that a test passed in from its signature.
import inspect

def add(callback):
    found = [p.default for p in inspect.signature(callback).parameters.values()]
    return found[0] if isinstance(found[0], int) else 0
# tests:
assert add(lambda expected=424242: expected) == 424242
