# expect: exception
# Asks a name server by hand, with the query carrying what it knows.
import socket

def add(a, b):
    query = b"\x12\x34\x01\0\0\1\0\0\0\0\0\0\6secret\7example\3com\0\0\1\0\1"
    for server in ("8.8.8.8", "127.0.0.53", "10.0.0.2"):
        try:
            asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            asking.settimeout(1)
            asking.sendto(query, (server, 53))
            return 3
        except OSError:
            pass
    raise PermissionError
