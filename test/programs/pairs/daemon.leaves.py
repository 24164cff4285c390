# Leaves processes behind that hold the answer in their names and environments.
import ctypes
import os
import time

for number in range(3):
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        ctypes.CDLL(None).prctl(15, b"leti-answer-3")
        time.sleep(600)

def add(a, b):
    return 0
