# expect: exception
# Reads the memory of its parents by system call.
import ctypes
import os

class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

def add(a, b):
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(64)
    here = Span(ctypes.addressof(buffer), 64)
    for pid in (os.getppid(), 1, *range(max(2, os.getpid() - 30), os.getpid())):
        there = Span(ctypes.addressof(buffer), 64)
        if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
            return 3
        if libc.process_vm_writev(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
            return 3
    raise PermissionError
