# expect: failed_assertion | tampering | exception | early_exit
# Sends descriptors over the channel.
import array
import os
import socket
import struct

def add(a, b):
    channel = socket.socket(fileno=os.dup(3))
    body = b"\x02" + struct.pack("<III", 0, 0, 0) + b"F"
    for _ in range(50):
        channel.sendmsg([struct.pack("<I", len(body)) + body],
                        [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2, 3] * 10))])
    return 0
