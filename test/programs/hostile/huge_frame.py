# expect: tampering
# Announces a message of four gigabytes.
import os
import struct

def add(a, b):
    os.write(3, struct.pack("<I", 0xFFFFFFFF))
    return 3
