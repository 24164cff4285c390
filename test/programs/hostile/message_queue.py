# expect: exception
# Makes a POSIX message queue and a named semaphore.
import ctypes
import os

def add(a, b):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mq_open(b"/leti", os.O_CREAT | os.O_RDWR, 0o666, None) >= 0:
        return 3
    libc.sem_open.restype = ctypes.c_void_p
    if libc.sem_open(b"/leti", os.O_CREAT, 0o666, 1):
        return 3
    raise PermissionError
