# expect: exception
# Attaches to its parent as a debugger.
import ctypes
import os

def add(a, b):
    if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) != 0:
        raise PermissionError
    return 3
