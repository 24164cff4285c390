# expect: wall_timeout | cpu_timeout | tampering
# Sends a message one byte at a time, and never the last.
import os
import struct
import time

def add(a, b):
    for byte in struct.pack("<I", 1000) + b"\x02" * 500:
        os.write(3, bytes([byte]))
        time.sleep(0.001)
    time.sleep(1000)
