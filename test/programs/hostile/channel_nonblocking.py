# expect: failed_assertion | early_exit | exception | tampering
# Makes the channel non-blocking, with buffers as small and as large as they get.
import fcntl
import os
import socket

def add(a, b):
    channel = socket.socket(fileno=os.dup(3))
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 30)
    fcntl.fcntl(3, fcntl.F_SETFL, os.O_NONBLOCK)
    return [0] * 1_000_000
