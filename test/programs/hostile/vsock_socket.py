# expect: exception
# Opens a socket to the machine's hypervisor.
import socket

def add(a, b):
    vsock = socket.socket(getattr(socket, "AF_VSOCK", 40), socket.SOCK_STREAM)
    vsock.settimeout(1)
    vsock.connect((2, 1024))
    return 3
