# expect: exception
# Mounts a file system.
import ctypes

def add(a, b):
    if ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, None) != 0:
        raise PermissionError
    return 3
