# expect: memory_exceeded | process_limit | cpu_timeout
# Takes memory in many children.
import os
import time

for _ in range(12):
    if os.fork() == 0:
        items = bytearray(100_000_000)
        for place in range(0, len(items), 4096):
            items[place] = 1
        time.sleep(30)
time.sleep(30)
