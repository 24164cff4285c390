# expect: tampering | wall_timeout | memory_exceeded | cpu_timeout
# Sends a valid answer that never ends.
import os
import struct

def add(a, b):
    os.write(3, struct.pack("<I", 48 << 20))
    while True:
        os.write(3, b"\0" * 65536)
