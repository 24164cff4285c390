# expect: tampering | early_exit
# Shuts the channel down and goes on.
import os
import socket
import time

def add(a, b):
    socket.socket(fileno=os.dup(3)).shutdown(socket.SHUT_RDWR)
    time.sleep(1000)
