# expect: failed_assertion | tampering
# A thread sends an answer of its own later.
import os
import struct
import threading
import time

def later():
    time.sleep(0.05)
    os.write(3, struct.pack("<I", 9) + b"\x02" + b"\0" * 8)

def add(a, b):
    threading.Thread(target=later, daemon=True).start()
    time.sleep(0.1)
    return 0
