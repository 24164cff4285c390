# expect: exception
# Listens on a port.
import socket

def add(a, b):
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return 3
