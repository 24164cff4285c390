# expect: exception
# Seizes every process near to it, and asks to be traced by nobody.
import ctypes
import os

def add(a, b):
    libc = ctypes.CDLL(None)
    for pid in range(max(1, os.getpid() - 50), os.getpid() + 50):
        if pid != os.getpid() and (libc.ptrace(0x4206, pid, 0, 0) == 0 or libc.ptrace(16, pid, 0, 0) == 0):
            return 3
    raise PermissionError
