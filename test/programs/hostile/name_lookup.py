# expect: exception
# Asks for the address of a name.
import socket

def add(a, b):
    socket.getaddrinfo("example.com", 80)
    return 3
