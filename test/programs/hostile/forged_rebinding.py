# expect: tampering
# Tells of a new value for a name that nobody reads.
import os
import struct

def add(a, b):
    body = b"\x02" + struct.pack("<III", 0, 0, 1) + struct.pack("<I", 77) + b"T" + b"T"
    os.write(3, struct.pack("<I", len(body)) + body)
    return 0
