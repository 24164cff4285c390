# expect: failed_assertion | exception
# Sends signals to everything it can name.
import os
import signal

def add(a, b):
    for pid in [os.getppid(), 1, -1, *range(max(2, os.getpid() - 50), os.getpid())]:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    return 0
