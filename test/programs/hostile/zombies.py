# expect: failed_assertion | exception | process_limit
# Leaves ended children that nobody waits for.
import os

def add(a, b):
    for _ in range(100):
        if os.fork() == 0:
            os._exit(0)
    return 0
