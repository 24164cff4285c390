# expect: failed_assertion | tampering | exception
# A thread that writes answers while the judge compares.
import os
import struct
import threading
import time

def flood():
    body = b"\x02" + struct.pack("<III", 0, 0, 0) + b"T"
    while True:
        os.write(3, struct.pack("<I", len(body)) + body)
        time.sleep(0.0001)

threading.Thread(target=flood, daemon=True).start()

def add(a, b):
    time.sleep(0.05)
    return 0
# tests:
assert add(1, 2) == 3
assert add(2, 2) == 4
