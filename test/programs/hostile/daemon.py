# expect: failed_assertion
# Leaves a daemon behind.
import os
import time

if os.fork() == 0:
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)

def add(a, b):
    return 0
