# expect: tampering
# Tells of a change in a container that was never shared.
import os
import struct

def add(a, b):
    body = b"\x02" + struct.pack("<II", 0, 1) + struct.pack("<I", 2) + b"q" + struct.pack("<Iq", 1, 3) + struct.pack("<I", 0) + b"T"
    os.write(3, struct.pack("<I", len(body)) + body)
    return 0
