# expect: exception | failed_assertion | memory_exceeded | early_exit
# Takes kernel memory through the buffers of pipes and sockets.
import fcntl
import os
import socket

def add(a, b):
    kept = []
    try:
        while True:
            reader, writer = os.pipe()
            kept.append((reader, writer))
            try:
                fcntl.fcntl(writer, 1031, 1 << 20)
            except OSError:
                pass
            os.set_blocking(writer, False)
            while os.write(writer, b"x" * 65536):
                pass
    except OSError:
        pass
    return len(kept)
