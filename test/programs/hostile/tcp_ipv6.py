# expect: exception
# Connects over version 6, and over loopback by name.
import socket

def add(a, b):
    for address in (("::1", 22), ("2001:4860:4860::8888", 53)):
        try:
            connection = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
            connection.settimeout(1)
            connection.connect(address)
            return 3
        except OSError:
            pass
    raise PermissionError
