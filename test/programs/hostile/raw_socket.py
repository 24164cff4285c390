# expect: exception
# Opens raw and packet sockets.
import socket

def add(a, b):
    for family, kind, number in ((socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_PACKET, socket.SOCK_RAW, 3)):
        try:
            socket.socket(family, kind, number)
            return 3
        except OSError:
            pass
    raise PermissionError
