# expect: failed_assertion | tampering | exception
# A forked child that keeps the channel and writes answers of its own.
import os
import struct
import time

def add(a, b):
    if os.fork() == 0:
        body = b"\x02" + struct.pack("<III", 0, 0, 0) + b"T"
        for _ in range(100):
            os.write(3, struct.pack("<I", len(body)) + body)
            time.sleep(0.001)
        os._exit(0)
    time.sleep(0.02)
    return 0
# tests:
assert add(1, 2) == 3
assert add(2, 2) == 4
