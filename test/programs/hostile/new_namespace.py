# expect: exception
# Makes a user namespace, in which it would be root.
import ctypes

def add(a, b):
    if ctypes.CDLL(None).unshare(0x10000000) != 0:
        raise PermissionError
    return 3
