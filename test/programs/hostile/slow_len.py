# expect: wall_timeout
# An object that sleeps for ever when asked for its length.
import time

class Slow:
    def __len__(self):
        time.sleep(1000)

def add(a, b):
    return Slow()
# tests:
assert len(add(1, 2)) == 3
