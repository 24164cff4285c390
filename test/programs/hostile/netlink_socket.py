# expect: exception
# Opens a netlink socket to ask for routes.
import socket

def add(a, b):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).bind((0, 0))
    return 3
