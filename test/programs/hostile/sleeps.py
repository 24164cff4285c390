# expect: wall_timeout
# Waits for ever.
import time

def add(a, b):
    time.sleep(1000)
