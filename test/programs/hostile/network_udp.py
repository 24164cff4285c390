# expect: exception
# Sends a datagram.
import socket

def add(a, b):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("10.0.0.1", 53))
    return 3
