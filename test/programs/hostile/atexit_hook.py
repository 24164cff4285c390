# expect: failed_assertion
# Leaves a hook that ends the process with success.
import atexit
import os

atexit.register(os._exit, 0)

def add(a, b):
    return 0
