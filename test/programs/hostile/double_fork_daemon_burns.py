# expect: failed_assertion | cpu_timeout
# A daemon, two forks away and in a session of its own, that burns CPU time after the program has ended.
import os

if os.fork() == 0:
    try:
        os.setsid()
    except OSError:
        pass
    if os.fork() == 0:
        while True:
            pass
    os._exit(0)

def add(a, b):
    return 0
