# expect: tampering | failed_assertion | exception
# Reads what the judge sends and answers by itself, without the machinery.
import os
import struct

def add(a, b):
    os.write(3, struct.pack("<I", 10) + bytes([2]) + b"\0" * 8 + b"T")
    os.write(3, struct.pack("<I", 10) + bytes([2]) + b"\0" * 8 + b"T")
    return 0
# tests:
assert add(1, 2) == 3
assert add(2, 3) == 5
