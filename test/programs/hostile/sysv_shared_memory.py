# expect: exception
# Leaves System V shared memory, semaphores and message queues behind.
import ctypes

def add(a, b):
    libc = ctypes.CDLL(None)
    made = [libc.shmget(0x4C455449, 4096, 0o1666), libc.semget(0x4C455449, 1, 0o1666), libc.msgget(0x4C455449, 0o1666)]
    if max(made) < 0:
        raise PermissionError
    return 3
