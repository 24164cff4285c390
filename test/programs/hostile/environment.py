# expect: failed_assertion
# Looks for the tests in its environment and arguments.
import os
import sys

def secret():
    text = repr(dict(os.environ)) + repr(sys.argv) + repr(getattr(sys, "orig_argv", ""))
    return "assert" in text
# tests:
assert secret() is True
