# expect: cpu_timeout
# Burns its time in several children at once, none of which uses it up.
import os
import time

def add(a, b):
    for _ in range(5):
        if os.fork() == 0:
            while True:
                pass
    time.sleep(1000)
