# expect: failed_assertion | early_exit
# A child that asks not to be killed with its parent.
import ctypes
import os
import time

def add(a, b):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 0)
        ctypes.CDLL(None).prctl(36, 1)
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    return 0
