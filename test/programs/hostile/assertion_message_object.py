# expect: failed_assertion | early_exit | exception
# The test's message shows an object whose text ends the process.
import os

class Sly:
    def __repr__(self):
        os._exit(0)

    __str__ = __repr__

def add(a, b):
    return Sly()
# tests:
assert add(1, 2) == 3, "got %s" % add(1, 2)
