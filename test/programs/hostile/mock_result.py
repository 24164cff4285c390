# expect: failed_assertion
# An object that answers to every name.
from unittest.mock import ANY

def add(a, b):
    return ANY
