# expect: tampering
# Sends a pickle that would run a command.
import os
import pickle
import struct

class Bomb:
    def __reduce__(self):
        return os.system, ("true",)

def add(a, b):
    body = pickle.dumps(Bomb())
    os.write(3, struct.pack("<I", len(body)) + body)
    return 3
