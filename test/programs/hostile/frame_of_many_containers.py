# expect: tampering | memory_exceeded | cpu_timeout | failed_assertion
# A message of a million lists, each with a number to keep.
import os
import struct

def add(a, b):
    lists = b"".join(b"[" + struct.pack("<I", 1 + 2 * n) + b"*" + struct.pack("<I", 0) for n in range(1_000_000))
    body = b"\x02" + struct.pack("<III", 0, 0, 0) + b"(*" + struct.pack("<I", 1_000_000) + lists
    data = struct.pack("<I", len(body)) + body
    while data:
        data = data[os.write(3, data):]
    return 3
