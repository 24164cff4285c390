# expect: tampering
# A message of a million nested tuples.
import os
import struct

def add(a, b):
    body = b"\x02" + struct.pack("<III", 0, 0, 0) + (b"(*" + struct.pack("<I", 1)) * 200_000 + b"N"
    data = struct.pack("<I", len(body)) + body
    while data:
        data = data[os.write(3, data):]
    return 3
