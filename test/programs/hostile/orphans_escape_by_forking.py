# expect: failed_assertion | process_limit | cpu_timeout | early_exit | memory_exceeded
# A process that forks and ends without end, so that its number is never the same.
import os

if os.fork() == 0:
    while True:
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            pass

def add(a, b):
    return 0
