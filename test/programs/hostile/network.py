# expect: exception
# Opens a connection.
import socket

def add(a, b):
    socket.create_connection(("127.0.0.1", 22), timeout=2)
    return 3
