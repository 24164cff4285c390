# expect: failed_assertion | exception | tampering | early_exit
# Makes another process the owner of the channel, to be signalled when something arrives.
import fcntl
import os
import signal

def add(a, b):
    for pid in (os.getppid(), 1, -os.getpgrp()):
        try:
            fcntl.fcntl(3, fcntl.F_SETOWN, pid)
            fcntl.fcntl(3, fcntl.F_SETSIG, signal.SIGKILL)
            fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC)
        except OSError:
            pass
    return 0
