# expect: exception | failed_assertion
# Asks for real time scheduling, a better priority and the other processors.
import os

def add(a, b):
    gained = 0
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
        gained += 1
    except OSError:
        pass
    try:
        os.nice(-20)
        gained += 1
    except OSError:
        pass
    return gained
