# expect: exception
# Writes into the interpreter's library.
import os

def add(a, b):
    open(os.path.join(os.path.dirname(os.__file__), "leti_escape.py"), "w").close()
    return 3
