# expect: tampering | failed_assertion | exception | early_exit
# Writes to every descriptor it has inherited.
import os

def add(a, b):
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, b"passed" * 10)
        except OSError:
            pass
    return 0
