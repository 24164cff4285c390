# expect: exception
# Makes socket pairs until there are no descriptors left.
import socket

def add(a, b):
    kept = []
    while True:
        kept.extend(socket.socketpair())
