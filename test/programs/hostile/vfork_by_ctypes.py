# expect: failed_assertion | early_exit | exception | process_limit | wall_timeout
# Forks without the interpreter knowing, and by the raw clone call.
import ctypes
import time

def add(a, b):
    libc = ctypes.CDLL(None)
    for flags in (17, 0x8000 | 17, 0x10000 | 17):
        if libc.syscall(56, flags, 0, 0, 0, 0) == 0:
            time.sleep(600)
    return 0
