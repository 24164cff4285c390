# expect: tampering
# Announces four thousand million items in a small message.
import os
import struct

def add(a, b):
    body = b"\x02" + struct.pack("<III", 0, 0, 0) + b"(" + b"*" + struct.pack("<I", 0xFFFFFFFF)
    os.write(3, struct.pack("<I", len(body)) + body)
    return 3
