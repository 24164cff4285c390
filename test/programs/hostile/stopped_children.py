# expect: failed_assertion
# Leaves stopped children behind, which do not end by an ordinary signal.
import os
import signal
import time

def add(a, b):
    for _ in range(3):
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            time.sleep(600)
    return 0
