# expect: tampering
# Sends a well-framed message of garbage.
import os
import struct

def add(a, b):
    os.write(3, struct.pack("<I", 64) + b"\xff" * 64)
    return 3
